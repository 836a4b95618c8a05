namespace Microsoft.ML.Ablation.Tool.Tests.Files;

/// <summary>What happens to files: flipped bits, cuts, zeroed ranges, swapped fields, huge sizes, bytes too many.</summary>
internal static class Mutations
{
    private const int Kinds = 8;

    /// <summary>A changed copy; never equal to the file.</summary>
    public static byte[] Of(byte[] file, Random random)
    {
        while (true)
        {
            byte[] changed = Change(file, random);
            if (!changed.AsSpan().SequenceEqual(file))
                return changed;
        }
    }

    private static byte[] Change(byte[] file, Random random)
    {
        byte[] changed = [.. file];
        // Headers are short, and what they say decides the rest: half of the changes are there.
        int place = random.Next(2) == 0 ? random.Next(Math.Min(64, file.Length)) : random.Next(file.Length);
        int length = Math.Min(1 + random.Next(16), file.Length - place);
        Span<byte> range = changed.AsSpan(place, length);
        switch (random.Next(Kinds))
        {
            case 0:
                changed[place] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                for (int flips = 1 + random.Next(8); flips > 0; flips--)
                    changed[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                return changed[..place];
            case 3:
                range.Clear();
                break;
            case 4:
                // A size of four bytes in either order: the largest, the largest with a sign, or the smallest.
                byte first = (byte)random.Next(0x7F, 0x81);
                for (int i = 0; i < 4 && place + i < file.Length; i++)
                    changed[place + i] = (i == 0) == (random.Next(2) == 0) ? first : (byte)0xFF;
                break;
            case 5:
                int other = random.Next(file.Length - length + 1);
                byte[] moved = [.. range];
                changed.AsSpan(other, length).CopyTo(range);
                moved.CopyTo(changed.AsSpan(other, length));
                break;
            case 6:
                return [.. changed[..place], .. file.AsSpan(random.Next(file.Length - length + 1), length), .. changed[place..]];
            default:
                return random.Next(4) == 0 ? [] : [.. changed, .. range];
        }
        return changed;
    }
}
