using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Orleans;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Hosting;

namespace Microsoft.ML.Ablation.Orleans;

/// <summary>How workers and clients connect: encrypted, and with the secret proved, unless they are on one machine and want neither.</summary>
internal sealed class ClusterConnections
{
    private readonly AblationClusterOptions _options;
    private readonly X509Certificate2Collection _authorities = [];

    /// <exception cref="IOException">The file of the authority cannot be read.</exception>
    /// <exception cref="FormatException">It holds no certificate.</exception>
    public ClusterConnections(AblationClusterOptions options)
    {
        _options = options;
        if (options.AuthorityFile is null)
            return;
        if (!File.Exists(options.AuthorityFile))
            throw new FileNotFoundException($"There is no file '{options.AuthorityFile}' with the certificates of the authority.");
        _authorities.ImportFromPemFile(options.AuthorityFile);
        if (_authorities.Count == 0)
            throw new FormatException($"'{options.AuthorityFile}' holds no certificate; a PEM file with 'BEGIN CERTIFICATE' is needed.");
    }

    /// <summary>The last refusal: the reason why there is no connection.</summary>
    public string? LastRefusal { get; private set; }

    public void AddTo(IClientBuilder client)
        => client.Configure<ClientConnectionOptions>(connections => connections.ConfigureConnection(Calling));

    /// <param name="silo">The silo.</param>
    /// <param name="certificate">The worker's certificate with its key; null for connections that are not encrypted.</param>
    public void AddTo(ISiloBuilder silo, X509Certificate2? certificate)
    {
        silo.Configure<SiloConnectionOptions>(connections =>
        {
            connections.ConfigureSiloInboundConnection(Called);
            connections.ConfigureGatewayInboundConnection(Called);
            connections.ConfigureSiloOutboundConnection(Calling);
        });

        void Called(IConnectionBuilder connections)
        {
            // The caller proves that it knows the secret; only workers have certificates.
            if (certificate is not null)
                connections.UseServerTls(new TlsOptions { LocalCertificate = certificate, RemoteCertificateMode = RemoteCertificateMode.NoCertificate });
            connections.Use(next => context => RunAsync(context, next, SecretHandshake.AnswerAsync));
        }
    }

    /// <summary>A certificate with its key, from PEM files or from one PFX file.</summary>
    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="FormatException">The files do not belong together, or hold no certificate.</exception>
    public static X509Certificate2 ReadCertificate(string file, string? keyFile)
    {
        foreach (string path in new[] { file, keyFile }.OfType<string>())
        {
            if (!File.Exists(path))
                throw new FileNotFoundException($"There is no file '{path}' with the worker's certificate or its key.");
        }
        try
        {
            if (Path.GetExtension(file).ToUpperInvariant() is ".PFX" or ".P12")
                return X509CertificateLoader.LoadPkcs12FromFile(file, password: null);
            using var pem = X509Certificate2.CreateFromPemFile(file, keyFile);
            // Windows takes only keys that went through a store.
            return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null);
        }
        catch (CryptographicException e)
        {
            throw new FormatException($"'{file}' and its key are not a certificate for a worker: {e.Message} PEM files of both are needed, or one PFX file without a password.", e);
        }
    }

    private void Calling(IConnectionBuilder connections)
    {
        if (_options.AuthorityFile is not null)
        {
            connections.UseClientTls(new TlsOptions
            {
                RemoteCertificateValidation = (certificate, _, errors) => IsOfTheCluster(certificate, errors),
                OnAuthenticateAsClient = (_, authentication) => authentication.TargetHost = _options.TlsName,
            });
        }
        connections.Use(next => context => RunAsync(context, next, SecretHandshake.CallAsync));
    }

    private bool IsOfTheCluster(X509Certificate2 certificate, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            LastRefusal = $"The worker's certificate is not for '{_options.TlsName}'.";
            return false;
        }
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain.Build(certificate))
            return true;
        LastRefusal = $"The worker's certificate was not signed by an authority of '{_options.AuthorityFile}', or is not valid now: "
            + string.Join(' ', chain.ChainStatus.Select(status => status.StatusInformation.Trim()));
        return false;
    }

    private async Task RunAsync(ConnectionContext context, ConnectionDelegate next, Func<System.IO.Pipelines.IDuplexPipe, string?, Task> handshake)
    {
        try
        {
            if (!_options.IsSecured && context.RemoteEndPoint is IPEndPoint { Address: var address } && !IPAddress.IsLoopback(address))
            {
                throw new AblationClusterException($"Beyond this machine ({address}) connections need a secret and encryption; give the cluster's secret "
                    + "and the authority of its certificates.");
            }
            await handshake(context.Transport, _options.Secret).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LastRefusal = e is OperationCanceledException ? "The other side of a connection did not identify itself within ten seconds." : e.Message;
            throw;
        }
        await next(context).ConfigureAwait(false);
    }
}
