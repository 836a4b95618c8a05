using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// The rows of a data view as batches: streamed anew in every epoch, in another order and with fresh ablations.
/// </summary>
/// <remarks>
/// All epochs fill the memory of one batch. A batch per epoch would leave megabytes behind that the garbage collector, which sees
/// few objects, is slow to collect.
/// </remarks>
internal sealed class TrainingSet(IDataView data, DataViewSchema.Column label, DataViewSchema.Column features, ImageColumn images,
    NetworkShape shape, AblatedImageClassificationTrainer.Options options, TrainingSeed seed)
{
    /// <summary>What is wrong when ablations are not fresh, and what to do; the second half of a message.</summary>
    public const string NothingIsFresh = "nothing before the trainer draws fresh ablations for each epoch. Either there is no "
        + "RandomAblation, or its output is cached: put AppendCacheCheckpoint before RandomAblation, not after it.";

    private const int RowsInDigest = 256;
    private ImageBatch? _batch, _heldOutBatch;
    private (string? Ablation, int ValueChannels, MaskedRows? Masked)? _description;

    /// <summary>
    /// Whether the last epoch had fresh ablations. Without a random ablation before the trainer, or with a cache behind it, all
    /// epochs have the same.
    /// </summary>
    public bool IsAblatedAfresh { get; private set; }

    /// <summary>Whether the view shuffles its rows; otherwise a pool does.</summary>
    public bool CanShuffle => data.CanShuffle;

    /// <summary>Whether rows are read whole, to be shown through fixed masks.</summary>
    private bool IsMasked => Description.Masked is not null;

    private bool SharesMasks => options.MaskSharing == MaskSharing.PerBatch;

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
    /// The ablation of the rows in words, the number of encoded channels that hold their own values, and the masks where they are fixed; null and 0 without an ablation before the
    /// trainer.
    /// </summary>
    public (string? Ablation, int ValueChannels, MaskedRows? Masked) Description => _description ??= Describe();

    private (string? Ablation, int ValueChannels, MaskedRows? Masked) Describe()
    {
        var random = new AblationRandom(seed.Epoch(0));
        Open(random).Dispose();
        return (random.Ablation, random.ValueChannels, random.Masked);
    }

    /// <summary>
    /// A checksum of labels and features of the first rows, as the view gives them without randomness. It depends on the data
    /// set, its order, its scaling and the ablation.
    /// </summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var batch = new ImageBatch(shape, 1);
        using TrainingRows rows = Open(null);
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
        long rows = SharesMasks ? counts.All : counts.Training;
        long batches = (rows + options.BatchSize - 1) / options.BatchSize;
        return batches > 1 && rows % options.BatchSize == 1 && IsTooSmall(1) ? batches - 1 : batches;
    }

    /// <summary>
    /// The rows trained on, in the order and with the ablations of an epoch. All batches are the same object, in later epochs
    /// too.
    /// </summary>
    public IEnumerable<ImageBatch> Epoch(int epoch)
    {
        ImageBatch batch = _batch ??= IsMasked ? WholeImages() : new ImageBatch(shape, options.BatchSize, options.MasksPerImage, options.Reconstruction > 0);
        // An enumeration that was not finished leaves rows behind.
        batch.Clear();
        AblationRandom random = RandomOf(epoch);
        using TrainingRows rows = Open(random);
        IsAblatedAfresh = random.Consumed;
        IEnumerable<ImageBatch> batches = SharesMasks
            ? OnePerMask(rows, batch)
            : Full(Placed(rows, IsTrainedOn, batch, PoolOf(epoch)), batch);
        bool isFirst = true;
        foreach (ImageBatch complete in batches)
        {
            if (isFirst || !IsTooSmall(complete.Count))
                yield return complete;
            isFirst = false;
            batch.Clear();
        }
    }

    /// <summary>
    /// The rows held out, each with the ablation that the view gives without randomness, or whole where masks are fixed. All batches are the same object.
    /// </summary>
    public IEnumerable<ImageBatch> HeldOut()
    {
        ImageBatch batch = _heldOutBatch ??= IsMasked ? WholeImages() : new ImageBatch(shape, options.BatchSize);
        batch.Clear();
        using TrainingRows rows = Open(IsMasked ? new AblationRandom(seed.Epoch(0)) { IsUnaugmented = true } : null);
        foreach (ImageBatch complete in Full(Placed(rows, row => row.HasLabel && IsHeldOut(row), batch, pool: null), batch))
        {
            yield return complete;
            batch.Clear();
        }
    }

    private ImageBatch WholeImages() => new(shape, options.BatchSize, masks: 0, hasWholeImages: true);

    private TrainingRows Open(AblationRandom? random) => new(data, label, features, images, random);

    private AblationRandom RandomOf(int epoch) => new(seed.Epoch(epoch))
    {
        RowsPerMask = SharesMasks ? options.BatchSize : 1,
        MasksPerRow = Math.Max(1, options.MasksPerImage),
        RetainedScale = RetainedScaleOf(epoch),
        RetainedSpread = options.RetainedSpread,
        FirstMaskScale = options.Distillation > 0 ? options.DistillationScale : 1,
    };

    /// <summary>From the options' initial scale in the first epoch linearly to 1 after half of the epochs.</summary>
    private double RetainedScaleOf(int epoch)
    {
        double left = Math.Max(0, 1 - 2.0 * (epoch - 1) / options.Epochs);
        return 1 + left * (options.InitialRetainedScale - 1);
    }

    /// <summary>Shuffles the rows of an epoch; null where the view does.</summary>
    private ShufflePool? PoolOf(int epoch) => data.CanShuffle
        ? null
        : new ShufflePool(ShufflePool.CapacityFor(_batch!.NextRow.Length), new Random(seed.Pool(epoch)));

    /// <summary>
    /// A batch for each mask that rows share. The ablation upstream counts all rows, also those left out here, so a batch ends
    /// where its mask ends.
    /// </summary>
    private IEnumerable<ImageBatch> OnePerMask(TrainingRows rows, ImageBatch batch)
    {
        long mask = 0;
        while (rows.MoveNext())
        {
            long next = rows.Position / options.BatchSize;
            if (next != mask && batch.Count > 0)
                yield return batch;
            mask = next;
            if (!IsTrainedOn(rows))
                continue;
            rows.Read(batch);
            batch.Take();
        }
        if (batch.Count > 0)
            yield return batch;
    }

    /// <summary>Takes in every row that is put into the batch's next place; full batches, then what is left.</summary>
    private static IEnumerable<ImageBatch> Full(IEnumerable<ImageBatch> placed, ImageBatch batch)
    {
        foreach (ImageBatch next in placed)
        {
            next.Take();
            if (next.IsFull)
                yield return next;
        }
        if (batch.Count > 0)
            yield return batch;
    }

    /// <summary>
    /// Puts the wanted rows into the batch's next place, one after the other, shuffled by the pool if there is one.
    /// </summary>
    private static IEnumerable<ImageBatch> Placed(TrainingRows rows, Func<TrainingRows, bool> isWanted, ImageBatch batch,
        ShufflePool? pool)
    {
        while (rows.MoveNext())
        {
            if (!isWanted(rows))
                continue;
            rows.Read(batch);
            if (pool is null || pool.Exchange(batch))
                yield return batch;
        }
        while (pool is not null && pool.Drain(batch))
            yield return batch;
    }

    /// <summary>
    /// Whether a batch of so many rows is left out, unless it is the first of the epoch: for a single image the variance of batch
    /// normalisation is undefined, in the user's networks too. Another row is left over in the next epoch.
    /// </summary>
    private bool IsTooSmall(int rows) => rows * options.MasksPerImage == 1 && options.BatchSize > 1;

    private bool IsTrainedOn(TrainingRows rows) => rows.HasLabel && !IsHeldOut(rows);

    /// <summary>A function of the row's identity alone, so that a row is on the same side in every epoch and order.</summary>
    private bool IsHeldOut(TrainingRows rows) => seed.IsHeldOut(rows.Id, options.ValidationFraction);
}
