using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Datasets;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>
/// Loads image data sets: the generated digits, files in the formats of MNIST (IDX) and CIFAR-10, and image files in class folders.
/// </summary>
public static class DatasetCatalog
{
    /// <summary>Ten classes of handwriting-like digits that are drawn as they are read; no file is needed.</summary>
    /// <param name="catalog">The catalog, <c>mlContext.Data</c>.</param>
    /// <param name="count">The number of images, at least 1.</param>
    /// <param name="seed">The data set; use different seeds for training and testing. Any value.</param>
    /// <returns>
    /// A data view of <paramref name="count"/> rows that can be shuffled, with the columns
    /// <list type="table">
    /// <item><term><c>Features</c></term><description>vector of <see cref="float"/>, dimensions 1 × 28 × 28 (planar),
    /// multiples of 1/255 in [0, 1], 0 = background</description></item>
    /// <item><term><c>Label</c></term><description>text, "0" to "9"; the first ten rows are the digits in order, so that
    /// <c>MapValueToKey("Label")</c> gives the keys in order of the digits</description></item>
    /// </list>
    /// </returns>
    /// <remarks>
    /// See <see cref="GeneratedDigits"/>: the images are a function of seed and row number, the classes are balanced.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="catalog"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public static IDataView LoadGeneratedDigits(this DataOperationsCatalog catalog, int count, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        if (count < 1)
            throw new ArgumentOutOfRangeException(nameof(count), count, "The number of generated digits must be at least 1.");
        return new ImageDataView(new GeneratedDigitSource(count, seed));
    }

    /// <summary>
    /// Images and their labels from a pair of IDX files, the format of MNIST, Fashion-MNIST, EMNIST, KMNIST and QMNIST; plain or
    /// gzipped, as the content decides.
    /// </summary>
    /// <param name="catalog">The catalog, <c>mlContext.Data</c>.</param>
    /// <param name="imagesPath">The file of images, such as <c>train-images-idx3-ubyte.gz</c>.</param>
    /// <param name="labelsPath">The file of labels, such as <c>train-labels-idx1-ubyte.gz</c>.</param>
    /// <returns>
    /// A data view with one row per image, in the order of the files, that can be shuffled, with the columns
    /// <list type="table">
    /// <item><term><c>Features</c></term><description>vector of <see cref="float"/>, dimensions channels × height × width
    /// (planar), the file's bytes divided by 255</description></item>
    /// <item><term><c>Label</c></term><description>text: the file's number, such as "0" to "9". <c>MapValueToKey("Label")</c> gives the
    /// keys in order of occurrence; <c>keyOrdinality: KeyOrdinality.ByValue</c> sorts them as text, which for up to ten classes
    /// is the order of the numbers</description></item>
    /// </list>
    /// </returns>
    /// <remarks>
    /// <para>Both files are read and checked by this call, from start to end and once, so that they may be pipes. The pixels stay in memory as
    /// bytes (47 MB for the training set of MNIST) and become <see cref="float"/>s as rows are read.</para>
    /// <para>All types of numbers that the format has are read. Images are count × height × width, grey, or have a fourth dimension of 1 or 3
    /// channels, which is the second (planar) or the last (interleaved). Whole numbers are levels from 0 to 255, whatever their type;
    /// floating-point numbers are brightness from 0 to 1 and stay <see cref="float"/>s in memory. Labels are one whole number per
    /// image, or as in QMNIST the first of eight 32-bit integers. Anything else is refused by what it is.</para>
    /// </remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">A path is empty.</exception>
    /// <exception cref="FileNotFoundException">A file does not exist.</exception>
    /// <exception cref="IOException">A file cannot be read; it is named.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, cut or of another kind, or the numbers of images and labels
    /// differ; the message names file, byte offset, what was expected and what was found.</exception>
    public static IDataView LoadIdx(this DataOperationsCatalog catalog, string imagesPath, string labelsPath)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(imagesPath);
        ArgumentException.ThrowIfNullOrEmpty(labelsPath);
        return new ImageDataView(IdxImages.Read(imagesPath, labelsPath));
    }

    /// <summary>The training or the test images of CIFAR-10 from the files of its binary version, under their own names.</summary>
    /// <param name="catalog">The catalog, <c>mlContext.Data</c>.</param>
    /// <param name="folder">The folder with <c>data_batch_1.bin</c> to <c>data_batch_5.bin</c> and <c>test_batch.bin</c>, or the one
    /// above it where that is <c>cifar-10-batches-bin</c>, as the published archive has it. Only the files of the split are needed;
    /// each may be gzipped and then end in <c>.gz</c>.</param>
    /// <param name="split">Which images: 50,000 for training or 10,000 for testing.</param>
    /// <returns>The data view that <see cref="LoadCifar10Files"/> describes.</returns>
    /// <remarks>
    /// The files are read and checked by this call: 10,000 whole records each, labels from 0 to 9. They are not compared with the
    /// published ones. The pixels stay in memory as bytes (154 MB for the training set).
    /// </remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="split"/> is none of the values of the enumeration.</exception>
    /// <exception cref="FileNotFoundException">The folder or a file of the split does not exist; all that are missing are
    /// named.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, cut or of another format; the message names file, byte offset, what
    /// was expected and what was found.</exception>
    public static IDataView LoadCifar10(this DataOperationsCatalog catalog, string folder, Cifar10Split split)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new ImageDataView(Cifar10Images.Read(Cifar10Folder.Find(folder, split), Cifar10Folder.ImagesPerFile));
    }

    /// <summary>
    /// Colour images and their labels from any files in the binary format of CIFAR-10, with any number of records; plain or gzipped,
    /// as the content decides.
    /// </summary>
    /// <param name="catalog">The catalog, <c>mlContext.Data</c>.</param>
    /// <param name="paths">The files, at least one.</param>
    /// <returns>
    /// A data view with one row per record, file after file, that can be shuffled, with the columns
    /// <list type="table">
    /// <item><term><c>Features</c></term><description>vector of <see cref="float"/>, dimensions 3 × 32 × 32 (planar: red, green,
    /// blue), the file's bytes divided by 255</description></item>
    /// <item><term><c>Label</c></term><description>text: the file's number, "0" to "9", whether or not a file with class names lies
    /// beside it; in the order of the numbers airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck.
    /// <c>MapValueToKey("Label", keyOrdinality: KeyOrdinality.ByValue)</c> gives keys in this order</description></item>
    /// </list>
    /// </returns>
    /// <remarks>
    /// All files are read and checked by this call. The pixels stay in memory as bytes and become <see cref="float"/>s as rows are
    /// read.
    /// </remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">There is no path, or one is null or empty.</exception>
    /// <exception cref="FileNotFoundException">A file does not exist.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, cut or of another format; the message names file, byte offset, what
    /// was expected and what was found.</exception>
    public static IDataView LoadCifar10Files(this DataOperationsCatalog catalog, params string[] paths)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Length == 0)
            throw new ArgumentException("No file is given; give at least one in the binary format of CIFAR-10.", nameof(paths));
        return new ImageDataView(Cifar10Images.Read(paths));
    }

    /// <summary>
    /// The paths and classes of image files in a folder with one folder per class, such as <c>train</c> of ILSVRC2012; for ML.NET's
    /// <c>LoadImages</c>, <c>ResizeImages</c> and <c>ExtractPixels</c> to go on with.
    /// </summary>
    /// <param name="catalog">The catalog, <c>mlContext.Data</c>.</param>
    /// <param name="folder">The folder above the class folders.</param>
    /// <returns>
    /// A data view with one row per image that can be shuffled, sorted by class folder and then by file name, both ordinally, with the
    /// columns
    /// <list type="table">
    /// <item><term><c>ImagePath</c></term><description>text: the full path, which <c>LoadImages("Image", null, "ImagePath")</c>
    /// takes as it is</description></item>
    /// <item><term><c>Label</c></term><description>text: the name of the class folder; names that differ only by case are two
    /// classes</description></item>
    /// </list>
    /// </returns>
    /// <remarks>
    /// Images are the files directly in a class folder that end in .jpg, .jpeg, .png, .bmp, .gif or .webp, in whatever case; folders within
    /// class folders are ignored. Other files there are left out with a warning in the context's log that names them. Hidden files and
    /// folders, such as <c>._1.jpg</c> and <c>.DS_Store</c>, and those that systems make, such as <c>Thumbs.db</c>, <c>desktop.ini</c> and
    /// <c>__MACOSX</c>, are passed over without a word. This call lists the files and opens none.
    /// <see cref="AblationCatalog.CheckImageFiles"/> before <c>LoadImages</c> names a file that is damaged. ML.NET's <c>LoadImages</c> shows
    /// transparent pixels as black and photographs as the sensor had them; <c>LoadImageFiles</c> of the package
    /// Microsoft.ML.Ablation.Images stands for both, and gives what a viewer shows.
    /// </remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="InvalidDataException">There are no class folders, or some of them hold no image; these are named.</exception>
    public static IDataView LoadImageFolder(this DataOperationsCatalog catalog, string folder)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ImageListing listing = ImageFolder.List(folder);
        return ViewOf(catalog, listing.Files, listing.Warning);
    }

    /// <summary>A view of files, with a warning in the log.</summary>
    internal static IDataView ViewOf(DataOperationsCatalog catalog, ImageFile[] files, string? warning)
    {
        IHostEnvironment environment = CatalogUtils.GetEnvironment(catalog);
        if (warning is not null)
        {
            using IChannel channel = environment.Start("Image folder");
            channel.Warning(warning);
        }
        // LoadFromEnumerable would give rows that cannot be shuffled.
        return DataViewConstructionUtils.CreateFromList(environment, files);
    }
}
