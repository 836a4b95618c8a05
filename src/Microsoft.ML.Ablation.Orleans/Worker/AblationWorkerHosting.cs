using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Orleans.Worker;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Microsoft.ML.Ablation.Orleans;

/// <summary>Adds a worker to a host.</summary>
public static class AblationWorkerHosting
{
    /// <summary>Makes the host a worker that counts votes for the clients of its cluster.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="options">The options of the worker.</param>
    /// <returns>The options, with the ports that were chosen.</returns>
    /// <exception cref="AblationClusterException">It cannot listen at its address and ports.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, or the worker is open to other machines without secret and certificate.</exception>
    /// <exception cref="IOException">A file or folder is missing.</exception>
    public static AblationWorkerOptions UseAblationWorker(this IHostApplicationBuilder builder, AblationWorkerOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        AblationWorkerOptions worker = options with { Port = Port(options.Address, options.Port), GatewayPort = Port(options.Address, options.GatewayPort) };
        var connections = new ClusterConnections(worker);
        X509Certificate2? certificate = worker.CertificateFile is { } file ? ClusterConnections.ReadCertificate(file, worker.CertificateKeyFile) : null;
        if (worker.ModelFolder is { } folder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder of models '{folder}' does not exist; create it, or leave it out.");
        builder.Services.AddSingleton(worker);
        builder.Services.AddSingleton<VoteWorker>();
        // Hosted services start in order: before the silo.
        builder.Services.AddHostedService<MembershipPreparation>();
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = worker.ClusterId);
            silo.Configure<SiloMessagingOptions>(messaging =>
            {
                messaging.ResponseTimeout = worker.PieceTimeout;
                messaging.MaxMessageBodySize = MessageLimits.Bytes;
            });
            silo.Configure<EndpointOptions>(endpoints =>
            {
                endpoints.AdvertisedIPAddress = worker.Address;
                endpoints.SiloPort = worker.Port;
                endpoints.GatewayPort = worker.GatewayPort;
            });
            worker.Membership.AddTo(silo, new IPEndPoint(worker.Address, worker.Port));
            silo.Services.AddPlacementDirector<SiloKeyPlacement, SiloKeyPlacementDirector>();
            connections.AddTo(silo, certificate);
        });
        return worker;
    }

    /// <summary>The port, or for 0 a free one. Checked first, because the silo would share a port that is in use.</summary>
    private static int Port(IPAddress address, int port)
    {
        using var listener = new TcpListener(address, port);
        try
        {
            listener.Start();
        }
        catch (SocketException e)
        {
            throw new AblationClusterException(e.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? $"Port {port} at {address} is taken by another program, perhaps by another worker; give another port."
                : $"The worker cannot listen at {address}, port {port}: {e.Message}. Give an address of this machine.", e);
        }
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
