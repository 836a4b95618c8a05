// Body of an inline MSBuild task: copies the assembly Source to Destination and overwrites the value of its
// InternalsVisibleTo attribute for ReplacedFriend with Friend. The attribute's blob keeps its size, so no other
// byte of the file moves: prolog 01 00, the string (ECMA-335 II.23.3 SerString: compressed length, UTF-8),
// then 00 00 for "no named arguments"; what is left of the old string stays as unread bytes.
byte[] image = System.IO.File.ReadAllBytes(Source);
byte[] name = System.Text.Encoding.UTF8.GetBytes(ReplacedFriend + ", PublicKey=");
var found = new System.Collections.Generic.List<int>();
for (int i = 4; i <= image.Length - name.Length; i++)
{
    // A key makes the string longer than 127 bytes, so its length takes two bytes, the first with its top bit set.
    if (image[i - 4] != 1 || image[i - 3] != 0 || (image[i - 2] & 0xC0) != 0x80)
        continue;
    int j = 0;
    while (j < name.Length && image[i + j] == name[j])
        j++;
    if (j == name.Length)
        found.Add(i);
}
if (found.Count != 1)
{
    Log.LogError("{0} has {1} InternalsVisibleTo values for {2}, expected one. Was the ML.NET version changed? Choose another value in FriendReferences.targets.", Source, found.Count, ReplacedFriend);
    return false;
}
int start = found[0];
byte[] friend = System.Text.Encoding.UTF8.GetBytes(Friend);
if (friend.Length > name.Length + 200)
{
    Log.LogError("The assembly name {0} is longer than the value it replaces.", Friend);
    return false;
}
image[start - 2] = (byte)(0x80 | (friend.Length >> 8));
image[start - 1] = (byte)friend.Length;
friend.CopyTo(image, start);
image[start + friend.Length] = 0;
image[start + friend.Length + 1] = 0;
System.IO.File.WriteAllBytes(Destination, image);
