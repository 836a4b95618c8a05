using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
public class ImageColumnTests
{
    private static DataViewSchema.Column Column(string? layout, params int[] dimensions)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        if (layout is not null)
        {
            annotations.Add(ImageColumn.LayoutAnnotation, TextDataViewType.Instance,
                (ref ReadOnlyMemory<char> value) => value = layout.AsMemory());
        }
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, dimensions), annotations.ToAnnotations());
        return schema.ToSchema()[0];
    }

    [TestMethod]
    [DataRow(null, 2, 28, 30, false, DisplayName = "few channels first")]
    [DataRow(null, 28, 30, 6, true, DisplayName = "few channels last")]
    [DataRow("Planar", 28, 30, 6, false, DisplayName = "the annotation decides: planar")]
    [DataRow("Interleaved", 2, 28, 30, true, DisplayName = "the annotation decides: interleaved")]
    public void The_layout_comes_from_the_annotation_or_the_dimensions(string? layout, int first, int second, int third, bool interleaved)
    {
        ImageColumn column = ImageColumn.Read(Column(layout, first, second, third));
        Assert.AreEqual(interleaved, column.IsInterleaved);
        Assert.AreEqual(interleaved ? (third, first, second) : (first, second, third), (column.Channels, column.Height, column.Width));
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, first, second, third), column.Type);
    }

    [TestMethod]
    public void Interleaved_images_are_rearranged_dense_or_sparse()
    {
        var column = new ImageColumn("Features", 2, 1, 3, IsInterleaved: true);
        var planar = new float[6];
        column.CopyPlanar(new VBuffer<float>(6, [1, 10, 2, 20, 3, 30]), planar);
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 10, 20, 30 }, planar);
        column.CopyPlanar(new VBuffer<float>(6, 2, [20, 3], [3, 4]), planar);
        CollectionAssert.AreEqual(new float[] { 0, 0, 3, 0, 20, 0 }, planar);
    }

    [TestMethod]
    public void A_row_of_another_length_is_refused()
    {
        var column = new ImageColumn("Features", 2, 1, 3, IsInterleaved: false);
        var e = Assert.ThrowsExactly<ArgumentException>(() => column.CopyPlanar(new VBuffer<float>(5, new float[5]), new float[6]));
        StringAssert.Contains(e.Message, "has 5 values, but it must have 6");
    }
}
