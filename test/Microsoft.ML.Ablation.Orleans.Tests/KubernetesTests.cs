using System.CommandLine;
using System.Net;
using k8s;
using k8s.Models;
using Microsoft.ML.Ablation.Tool;

namespace Microsoft.ML.Ablation.Orleans.Tests;

/// <summary>The manifests against the types of Kubernetes, unknown fields included, and what they run against the tool's own command line.</summary>
[TestClass]
public sealed class KubernetesTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "kubernetes");

    private static List<object> Objects(string file)
        => KubernetesYaml.LoadAllFromString(File.ReadAllText(Path.Combine(s_folder, file)), strict: true);

    [TestMethod]
    public void Every_resource_of_the_folder_is_listed_and_of_a_known_kind()
    {
        string[] files = [.. Directory.GetFiles(s_folder, "*.yaml").Select(file => Path.GetFileName(file)!).Where(file => file != "kustomization.yaml")];
        string list = File.ReadAllText(Path.Combine(s_folder, "kustomization.yaml"));
        foreach (string file in files)
            Assert.Contains($"  - {file}", list);
        CollectionAssert.AreEquivalent(new[] { typeof(V1Service), typeof(V1StatefulSet), typeof(V1Deployment) }, files.SelectMany(Objects).Select(o => o.GetType()).ToArray());
    }

    [TestMethod]
    public void Selectors_find_their_pods_and_probes_their_ports()
    {
        V1Deployment worker = Objects("worker.yaml").OfType<V1Deployment>().Single();
        V1StatefulSet redis = Objects("redis.yaml").OfType<V1StatefulSet>().Single();
        V1Service service = Objects("redis.yaml").OfType<V1Service>().Single();
        foreach ((string key, string value) in worker.Spec.Selector.MatchLabels)
            Assert.AreEqual(value, worker.Spec.Template.Metadata.Labels[key]);
        foreach ((string key, string value) in redis.Spec.Selector.MatchLabels.Concat(service.Spec.Selector))
            Assert.AreEqual(value, redis.Spec.Template.Metadata.Labels[key]);
        V1Container container = worker.Spec.Template.Spec.Containers.Single();
        string[] ports = [.. container.Ports.Select(port => port.Name)];
        Assert.Contains(container.ReadinessProbe.HttpGet.Port.Value, ports);
        Assert.Contains(container.LivenessProbe.HttpGet.Port.Value, ports);
        string[] volumes = [.. worker.Spec.Template.Spec.Volumes.Select(volume => volume.Name)];
        Assert.IsTrue(container.VolumeMounts.All(mount => volumes.Contains(mount.Name)));
    }

    [TestMethod]
    public void The_workers_command_line_is_one_that_the_tool_takes()
    {
        V1Container container = Objects("worker.yaml").OfType<V1Deployment>().Single().Spec.Template.Spec.Containers.Single();
        var values = container.Env.ToDictionary(variable => variable.Name, variable => variable.Name == "POD_IP" ? "10.1.2.3" : "a-password-of-the-cluster");
        string[] arguments = [.. container.Args.Select(argument => values.Aggregate(argument, (text, value) => text.Replace($"$({value.Key})", value.Value)))];
        Assert.IsFalse(arguments.Any(argument => argument.Contains('$')), string.Join(' ', arguments));
        ParseResult parsed = Program.CreateRoot().Parse(arguments);
        Assert.IsEmpty(parsed.Errors);
        Assert.AreEqual("worker", parsed.CommandResult.Command.Name);
        var options = new AblationWorkerOptions
        {
            Membership = ClusterMembership.Parse(arguments[Array.IndexOf(arguments, "--cluster") + 1]),
            Address = IPAddress.Parse(arguments[Array.IndexOf(arguments, "--address") + 1]),
            Secret = values["ABLATION_CLUSTER_SECRET"],
            AuthorityFile = arguments[Array.IndexOf(arguments, "--cluster-authority") + 1],
            CertificateFile = arguments[Array.IndexOf(arguments, "--certificate") + 1],
        };
        options.Validate();
        Assert.AreEqual("redis:redis:6379", options.Membership.ToString());
        CollectionAssert.IsSubsetOf(new int?[] { options.Port, options.GatewayPort }, container.Ports.Select(port => (int?)port.ContainerPort).ToArray());
    }
}
