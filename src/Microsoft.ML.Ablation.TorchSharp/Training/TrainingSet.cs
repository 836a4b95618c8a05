using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// The rows of a data view as batches: streamed anew in every epoch, in another order and with fresh ablations. Nothing is kept but the memory of a
/// batch, which all epochs fill: megabytes that each would otherwise leave behind until the garbage collector, to whom they are few, comes by.
/// </summary>
internal sealed class TrainingSet(IDataView data, DataViewSchema.Column label, DataViewSchema.Column features, ImageColumn images,
    NetworkShape shape, AblatedImageClassificationTrainer.Options options, TrainingSeed seed)
{
    private const int RowsInDigest = 256;
    private ImageBatch? _batch, _heldOutBatch;

    /// <summary>
    /// Whether the last epoch's ablations were drawn afresh. When not, they are the same in every epoch: there is no random
    /// ablation before the trainer, or a cache behind it.
    /// </summary>
    public bool IsAblatedAfresh { get; private set; }

    /// <summary>Whether the view shuffles its rows; otherwise a pool does.</summary>
    public bool CanShuffle => data.CanShuffle;

    /// <summary>Counts the rows; reads only labels.</summary>
    public RowCounts Count()
    {
        long all = 0, training = 0, heldOut = 0, missing = 0;
        using var rows = new TrainingRows(data, label, null, images, null);
        while (rows.MoveNext())
        {
            all++;
            if (!rows.HasLabel)
                missing++;
            else if (IsHeldOut(rows))
                heldOut++;
            else
                training++;
        }
        return new RowCounts(all, training, heldOut, missing);
    }

    /// <summary>
    /// What ablates the rows, and how many of the encoded channels are their own values; null and 0 when nothing before the trainer
    /// says so.
    /// </summary>
    public (string? Ablation, int ValueChannels) DescribeAblation()
    {
        var random = new AblationRandom(seed.Epoch(0));
        new TrainingRows(data, label, features, images, random).Dispose();
        return (random.Ablation, random.ValueChannels);
    }

    /// <summary>
    /// A checksum of labels and features of the first rows, as the view gives them without chance: another data set, order,
    /// scaling or ablation gives another one.
    /// </summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var batch = new ImageBatch(shape, 1);
        using var rows = new TrainingRows(data, label, features, images, null);
        for (int row = 0; row < RowsInDigest && rows.MoveNext(); row++)
        {
            if (!rows.HasLabel)
                continue;
            rows.Read(batch);
            hash.AppendData(MemoryMarshal.AsBytes(batch.NextRow));
            hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in batch.NextClass)));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The number of batches in an epoch.</summary>
    public long BatchesOf(RowCounts counts)
    {
        long rows = options.MaskSharing == MaskSharing.PerBatch ? counts.All : counts.Training;
        long batches = (rows + options.BatchSize - 1) / options.BatchSize;
        return batches > 1 && rows % options.BatchSize == 1 && IsTooSmall(1) ? batches - 1 : batches;
    }

    /// <summary>
    /// Whether so many rows are left out at the end of an epoch: batch normalisation, of a network of the user's own too, has no variance of a
    /// single one. Another row is left over in the next epoch.
    /// </summary>
    private bool IsTooSmall(int rows) => rows * options.MasksPerImage == 1 && options.BatchSize > 1;

    /// <summary>The rows trained on, in the order and with the ablations of an epoch. The batch is used again and again, by the next epoch too.</summary>
    public IEnumerable<ImageBatch> Epoch(int epoch)
    {
        bool perBatch = options.MaskSharing == MaskSharing.PerBatch;
        var random = new AblationRandom(seed.Epoch(epoch))
        {
            RowsPerMask = perBatch ? options.BatchSize : 1,
            MasksPerRow = options.MasksPerImage,
            RetainedScale = RetainedScaleOf(epoch),
        };
        ImageBatch batch = _batch ??= new ImageBatch(shape, options.BatchSize, options.MasksPerImage, options.Reconstruction > 0);
        // The last epoch's last batch, or one that was being filled when it was left.
        batch.Clear();
        ShufflePool? pool = perBatch || data.CanShuffle
            ? null
            : new ShufflePool(ShufflePool.CapacityFor(batch.NextRow.Length), new Random(seed.Pool(epoch)));

        using var rows = new TrainingRows(data, label, features, images, random);
        IsAblatedAfresh = random.Consumed;
        long mask = 0;
        bool isFirst = true;
        while (rows.MoveNext())
        {
            // The ablation upstream counts all rows, also those left out here, so a batch ends where its mask ends.
            if (perBatch && rows.Position / options.BatchSize != mask)
            {
                mask = rows.Position / options.BatchSize;
                if (batch.Count > 0 && (isFirst || !IsTooSmall(batch.Count)))
                {
                    isFirst = false;
                    yield return batch;
                }
                batch.Clear();
            }
            if (!rows.HasLabel || IsHeldOut(rows))
                continue;
            rows.Read(batch);
            if (pool is not null && !pool.Exchange(batch))
                continue;
            batch.Take();
            if (!perBatch && batch.IsFull)
            {
                isFirst = false;
                yield return batch;
                batch.Clear();
            }
        }
        while (pool is not null && pool.Drain(batch))
        {
            batch.Take();
            if (batch.IsFull)
            {
                isFirst = false;
                yield return batch;
                batch.Clear();
            }
        }
        if (batch.Count > 0 && (isFirst || !IsTooSmall(batch.Count)))
            yield return batch;
    }

    /// <summary>The rows held out, each with the one ablation that the view gives without chance. The batch is used again and again.</summary>
    public IEnumerable<ImageBatch> HeldOut()
    {
        ImageBatch batch = _heldOutBatch ??= new ImageBatch(shape, options.BatchSize);
        batch.Clear();
        using var rows = new TrainingRows(data, label, features, images, null);
        while (rows.MoveNext())
        {
            if (!rows.HasLabel || !IsHeldOut(rows))
                continue;
            rows.Read(batch);
            batch.Take();
            if (batch.IsFull)
            {
                yield return batch;
                batch.Clear();
            }
        }
        if (batch.Count > 0)
            yield return batch;
    }

    /// <summary>From the options' initial scale in the first epoch linearly to 1 after half of the epochs.</summary>
    private double RetainedScaleOf(int epoch)
    {
        double left = Math.Max(0, 1 - 2.0 * (epoch - 1) / options.Epochs);
        return 1 + left * (options.InitialRetainedScale - 1);
    }

    /// <summary>A function of the row's identity alone, so that a row is on the same side in every epoch and order.</summary>
    private bool IsHeldOut(TrainingRows rows) => seed.IsHeldOut(rows.Id, options.ValidationFraction);
}
