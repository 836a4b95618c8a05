using System.Net;

namespace Microsoft.ML.Ablation.Orleans.Tests;

[TestClass]
public sealed class OptionsTests
{
    [TestMethod]
    [DataRow("localhost", "localhost:30000")]
    [DataRow("localhost:31000", "localhost:31000")]
    [DataRow("redis:cache:6379", "redis:cache:6379")]
    [DataRow("redis:cache:6379,password=hidden,ssl=true", "redis:cache:6379")]
    [DataRow("postgres:Host=database;Username=u;Password=hidden", "postgres:database")]
    public void A_cluster_is_read_and_shown_without_secrets(string text, string shown)
        => Assert.AreEqual(shown, ClusterMembership.Parse(text).ToString());

    [TestMethod]
    [DataRow("")]
    [DataRow("localhost:0")]
    [DataRow("localhost:70000")]
    [DataRow("localhost:x")]
    [DataRow("redis")]
    [DataRow("redis:")]
    [DataRow("redis:cache,unknown=1")]
    [DataRow("postgres:nonsense")]
    [DataRow("consul:host")]
    public void What_is_no_cluster_is_refused_without_repeating_what_may_be_secret(string text)
    {
        FormatException e = Assert.ThrowsExactly<FormatException>(() => ClusterMembership.Parse(text));
        Assert.IsGreaterThan(20, e.Message.Length);
        Assert.DoesNotContain("unknown=1;", e.Message);
    }

    [TestMethod]
    public void Other_machines_are_let_in_only_with_secret_and_certificate()
    {
        var open = new AblationWorkerOptions { Membership = ClusterMembership.Redis("cache:6379"), Address = IPAddress.Parse("10.0.0.5") };
        Assert.Contains("needs a secret, a certificate", Assert.ThrowsExactly<ArgumentException>(open.Validate).Message);
        AblationWorkerOptions secret = open with { Secret = "0123456789abcdef" };
        Assert.ThrowsExactly<ArgumentException>(secret.Validate);
        Assert.Contains("the authority is missing", Assert.ThrowsExactly<ArgumentException>((secret with { CertificateFile = "worker.pem" }).Validate).Message);
        (secret with { CertificateFile = "worker.pem", AuthorityFile = "ca.pem" }).Validate();
        (open with { Address = IPAddress.Loopback }).Validate();
        Assert.Contains("this machine alone",
            Assert.ThrowsExactly<ArgumentException>((open with { Membership = ClusterMembership.Localhost() }).Validate).Message);
    }

    [TestMethod]
    public void Options_are_written_without_their_secret()
    {
        AblationClusterOptions options = new AblationWorkerOptions { Secret = "hidden-hidden-hidden", Membership = ClusterMembership.Redis("cache,password=hidden") };
        Assert.AreEqual("cluster 'ablation' at redis:cache", $"{options}");
    }

    [TestMethod]
    public void Numbers_out_of_range_are_named_with_their_range()
    {
        var usual = new AblationWorkerOptions();
        usual.Validate();
        (AblationWorkerOptions Options, string Said)[] cases =
        [
            (usual with { Port = -1 }, "Port is -1; it must be from 0 to 65535"),
            (usual with { Threads = 0 }, "Threads is 0"),
            (usual with { QueueLimit = 0 }, "QueueLimit is 0"),
            (usual with { OpenModels = 0 }, "OpenModels is 0"),
            (usual with { RowCacheInMegabytes = 0 }, "RowCacheInMegabytes is 0"),
            (usual with { LargestModelInMegabytes = 0 }, "LargestModelInMegabytes is 0"),
            (usual with { PieceTimeout = TimeSpan.Zero }, "PieceTimeout is 00:00:00"),
            (usual with { GiveUpAfter = TimeSpan.FromDays(2) }, "GiveUpAfter is 2.00:00:00"),
            (usual with { Secret = "short" }, "has 5 characters; at least 16"),
        ];
        foreach ((AblationWorkerOptions options, string said) in cases)
            Assert.Contains(said, Assert.Throws<ArgumentException>(options.Validate).Message);
    }
}
