using System.Net;
using System.Net.Sockets;

namespace Microsoft.ML.Ablation.Tool.Cluster;

internal static class Ports
{
    /// <summary>0, which stands for any that is free, where another program listens at the port; else the port.</summary>
    public static int FreeOrAny(IPAddress address, int port)
    {
        using var probe = new TcpListener(address, port);
        try
        {
            probe.Start();
        }
        catch (SocketException e)
        {
            // Whatever else is wrong with the address is told by who uses it.
            return e.SocketErrorCode == SocketError.AddressAlreadyInUse ? 0 : port;
        }
        return port;
    }
}
