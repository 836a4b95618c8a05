using System.Net;
using System.Net.Sockets;

namespace Microsoft.ML.Ablation.Tool.Cluster;

internal static class Ports
{
    /// <summary>The port if nobody listens at it, else 0, which stands for any that is free.</summary>
    public static int FreeOrAny(IPAddress address, int port)
    {
        using var probe = new TcpListener(address, port);
        try
        {
            probe.Start();
            return port;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return 0;
        }
    }
}
