using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.Ablation.Onnx.Tests;

/// <summary>Writes ONNX files (onnx.proto3, IR version 8) with nodes, weights, inputs and outputs.</summary>
internal sealed class OnnxFileBuilder
{
    private readonly Message _graph = new();

    public int OperatorSet { get; set; } = 13;

    public OnnxFileBuilder Input(string name, params object[] dimensions) => Value(11, name, 1, dimensions);

    public OnnxFileBuilder Output(string name, params object[] dimensions) => Value(12, name, 1, dimensions);

    public OnnxFileBuilder ByteInput(string name, params object[] dimensions) => Value(11, name, 2, dimensions);

    public OnnxFileBuilder Weights(string name, float[] values, params long[] shape)
    {
        var tensor = new Message();
        foreach (long side in shape)
            tensor.Add(1, side);
        tensor.Add(2, 1).Add(8, name).Add(9, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        _graph.Add(5, tensor);
        return this;
    }

    public OnnxFileBuilder Node(string type, string[] inputs, string output, params (string Name, long Value)[] attributes)
    {
        var node = new Message();
        foreach (string input in inputs)
            node.Add(1, input);
        node.Add(2, output).Add(4, type);
        foreach ((string name, long value) in attributes)
            node.Add(5, new Message().Add(1, name).Add(3, value).Add(20, 2));
        _graph.Add(1, node);
        return this;
    }

    public byte[] ToArray() => new Message().Add(1, 8).Add(7, new Message(_graph).Add(2, "graph")).Add(8, new Message().Add(1, "").Add(2, OperatorSet)).ToArray();

    private OnnxFileBuilder Value(int field, string name, int type, object[] dimensions)
    {
        var shape = new Message();
        foreach (object dimension in dimensions)
            shape.Add(1, dimension is string free ? new Message().Add(2, free) : new Message().Add(1, Convert.ToInt64(dimension)));
        _graph.Add(field, new Message().Add(1, name).Add(2, new Message().Add(1, new Message().Add(1, type).Add(2, shape))));
        return this;
    }

    /// <summary>A message of protocol buffers.</summary>
    private sealed class Message
    {
        private readonly List<byte> _content = [];

        public Message()
        {
        }

        public Message(Message other) => _content.AddRange(other._content);

        public Message Add(int field, long value)
        {
            Number((ulong)field << 3);
            Number((ulong)value);
            return this;
        }

        public Message Add(int field, byte[] value)
        {
            Number((ulong)field << 3 | 2);
            Number((ulong)value.Length);
            _content.AddRange(value);
            return this;
        }

        public Message Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

        public Message Add(int field, Message value) => Add(field, value.ToArray());

        public byte[] ToArray() => [.. _content];

        private void Number(ulong value)
        {
            for (; value >= 0x80; value >>= 7)
                _content.Add((byte)(value | 0x80));
            _content.Add((byte)value);
        }
    }
}
