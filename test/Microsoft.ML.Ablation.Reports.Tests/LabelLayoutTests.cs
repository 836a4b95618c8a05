using OxyPlot;

namespace Microsoft.ML.Ablation.Reports.Tests;

[TestClass]
public sealed class LabelLayoutTests
{
    private static readonly OxyRect s_area = new(0, 0, 400, 200);
    private static readonly OxySize s_size = new(40, 12);

    [TestMethod]
    public void A_label_stands_right_of_its_marker_where_there_is_room()
    {
        LabelPlace place = new LabelLayout([Marker(100, 100)], [], s_area).Place(Marker(100, 100), s_size)!;
        Assert.IsNull(place.Leader);
        Assert.AreEqual((107, 94), (place.Text.Left, place.Text.Top));
    }

    [TestMethod]
    public void At_the_edge_it_stands_left_of_it()
    {
        LabelPlace place = new LabelLayout([Marker(390, 100)], [], s_area).Place(Marker(390, 100), s_size)!;
        Assert.AreEqual((383, 94), (place.Text.Right, place.Text.Top));
    }

    [TestMethod]
    public void A_line_is_avoided()
    {
        LabelPlace place = new LabelLayout([Marker(100, 100)], [(new(0, 100), new(400, 100))], s_area).Place(Marker(100, 100), s_size)!;
        Assert.AreEqual((100, 96), (place.Text.Center.X, place.Text.Bottom));
    }

    [TestMethod]
    public void Labels_of_one_place_stand_around_it()
    {
        var layout = new LabelLayout([Marker(100, 100)], [], s_area);
        OxyRect[] places = [.. Enumerable.Range(0, 4).Select(_ => layout.Place(Marker(100, 100), s_size)!.Text)];
        AssertApart(places);
    }

    [TestMethod]
    public void Where_neighbours_are_in_the_way_a_leader_shows_what_a_label_belongs_to()
    {
        OxyRect own = Marker(200, 100);
        OxyRect[] around = [.. from x in new[] { 180, 190, 200, 210, 220 } from y in new[] { 92, 100, 108, 116 } where x != 200 || y > 100 select Marker(x, y)];
        LabelPlace place = new LabelLayout([own, .. around], [], s_area).Place(own, s_size)!;
        (ScreenPoint from, ScreenPoint to) = place.Leader!.Value;
        Assert.AreEqual((200, 96), (from.X, from.Y));
        Assert.AreEqual((200, place.Text.Bottom), (to.X, to.Y));
        Assert.IsFalse(around.Any(marker => Overlap(place.Text, marker)));
    }

    [TestMethod]
    public void A_label_without_room_is_left_out()
    {
        Assert.IsNull(new LabelLayout([Marker(100, 100)], [], s_area).Place(Marker(100, 100), new OxySize(401, 12)));
        OxyRect[] all = [.. from x in Enumerable.Range(0, 60) from y in Enumerable.Range(0, 30) select Marker(8 * x, 8 * y)];
        Assert.IsNull(new LabelLayout(all, [], s_area).Place(all[500], s_size));
    }

    [TestMethod]
    public void No_label_covers_another_or_a_marker_or_a_leader()
    {
        var random = new Random(1);
        OxyRect[] markers = [.. Enumerable.Range(0, 40).Select(_ => Marker(random.Next(400), random.Next(200)))];
        var layout = new LabelLayout(markers, [], s_area);
        LabelPlace[] places = [.. markers.Select(marker => layout.Place(marker, s_size)).OfType<LabelPlace>()];
        Assert.IsGreaterThan(20, places.Length);
        AssertApart([.. places.Select(place => place.Text)]);
        Assert.IsTrue(places.All(place => markers.All(marker => !Overlap(place.Text, marker))));
        Assert.IsTrue(places.All(place => place.Text.Left >= 0 && place.Text.Right <= 400 && place.Text.Top >= 0 && place.Text.Bottom <= 200));
        foreach ((ScreenPoint from, ScreenPoint to) in places.Select(place => place.Leader).OfType<(ScreenPoint, ScreenPoint)>())
        {
            for (int i = 1; i < 100; i++)
            {
                double x = from.X + i * (to.X - from.X) / 100, y = from.Y + i * (to.Y - from.Y) / 100;
                Assert.IsFalse(places.Any(place => x > place.Text.Left && x < place.Text.Right && y > place.Text.Top && y < place.Text.Bottom));
            }
        }
    }

    private static OxyRect Marker(double x, double y) => new(x - 4, y - 4, 8, 8);

    private static void AssertApart(OxyRect[] places)
    {
        for (int i = 0; i < places.Length; i++)
            Assert.IsFalse(places[..i].Any(other => Overlap(places[i], other)), $"{places[i]}");
    }

    private static bool Overlap(OxyRect a, OxyRect b) => a.Left < b.Right && b.Left < a.Right && a.Top < b.Bottom && b.Top < a.Bottom;
}
