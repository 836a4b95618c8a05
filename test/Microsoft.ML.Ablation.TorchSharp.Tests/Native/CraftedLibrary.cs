using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

/// <summary>A minimal ELF library with version needs and definitions, written byte by byte.</summary>
internal static class CraftedLibrary
{
    private const int ProgramHeaders = 64;
    private const int Dynamic = ProgramHeaders + 2 * 56;
    private const int Needs = Dynamic + 7 * 16;
    private const ulong LoadAddress = 0x10000;

    /// <summary>The offset at which the needs begin: one record of 16 bytes, then one entry of 16 bytes per tag.</summary>
    public const int NeedsOffset = Needs;

    /// <summary>A library that needs these tags of libstdc++.so.6 and defines those.</summary>
    public static byte[] Build(string[] needed, string[] defined)
    {
        var strings = new MemoryStream();
        strings.WriteByte(0);
        uint Add(string text)
        {
            uint position = (uint)strings.Position;
            strings.Write(Encoding.UTF8.GetBytes(text + "\0"));
            return position;
        }

        int definitions = Needs + 16 + 16 * needed.Length;
        int stringTable = definitions + 28 * defined.Length;
        var body = new byte[stringTable];
        void U16(int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(at), (ushort)value);
        void U32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(at), value);
        void U64(int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(at), value);

        U16(Needs, 1);
        U16(Needs + 2, needed.Length);
        U32(Needs + 4, Add("libstdc++.so.6"));
        U32(Needs + 8, 16);
        for (int i = 0; i < needed.Length; i++)
        {
            int entry = Needs + 16 + 16 * i;
            U32(entry + 8, Add(needed[i]));
            U32(entry + 12, i + 1 < needed.Length ? 16u : 0u);
        }
        for (int i = 0; i < defined.Length; i++)
        {
            int record = definitions + 28 * i;
            U16(record, 1);
            U16(record + 6, 1);
            U32(record + 12, 20);
            U32(record + 16, i + 1 < defined.Length ? 28u : 0u);
            U32(record + 20, Add(defined[i]));
        }

        "\u007fELF"u8.CopyTo(body);
        body[4] = 2;
        body[5] = 1;
        U64(32, ProgramHeaders);
        U16(54, 56);
        U16(56, 2);
        U32(ProgramHeaders, 1);
        U64(ProgramHeaders + 16, LoadAddress);
        U64(ProgramHeaders + 32, (ulong)(stringTable + strings.Length));
        U32(ProgramHeaders + 56, 2);
        U64(ProgramHeaders + 56 + 8, Dynamic);
        U64(ProgramHeaders + 56 + 32, 7 * 16);
        (ulong Tag, ulong Value)[] entries =
        [
            (5, LoadAddress + (ulong)stringTable), (10, (ulong)strings.Length),
            (0x6ffffffe, LoadAddress + Needs), (0x6fffffff, 1),
            (0x6ffffffc, LoadAddress + (ulong)definitions), (0x6ffffffd, (ulong)defined.Length),
            (0, 0),
        ];
        for (int i = 0; i < entries.Length; i++)
        {
            U64(Dynamic + 16 * i, entries[i].Tag);
            U64(Dynamic + 16 * i + 8, entries[i].Value);
        }
        return [.. body, .. strings.ToArray()];
    }
}
