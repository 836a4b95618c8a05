using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Microsoft.ML.Ablation.Orleans.Tests.Support;

/// <summary>An authority, and certificates that it signs, as PEM files.</summary>
internal sealed class Certificates
{
    private static readonly DateTimeOffset s_from = DateTimeOffset.UtcNow.AddDays(-1), s_to = DateTimeOffset.UtcNow.AddDays(1);

    private readonly X509Certificate2 _authority;
    private readonly string _folder;

    public Certificates(string folder, string name)
    {
        _folder = folder;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(s_from, s_to);
        AuthorityFile = Path.Combine(folder, $"{name}.pem");
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
    }

    public string AuthorityFile { get; }

    /// <summary>A certificate and its key, in two files.</summary>
    public (string Certificate, string Key) Sign(string dnsName)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={dnsName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(dnsName);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.Create(_authority, s_from, s_to, RandomNumberGenerator.GetBytes(8));
        string file = Path.Combine(_folder, $"{Guid.NewGuid():N}.pem"), keyFile = Path.ChangeExtension(file, ".key");
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (file, keyFile);
    }
}
