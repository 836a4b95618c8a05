namespace Microsoft.ML.Ablation;

/// <summary>What bands of an image are made of.</summary>
public enum BandDirection
{
    /// <summary>Bands of neighbouring columns and bands of neighbouring rows: twice as many masks. What looks alike through the ones may differ through the others.</summary>
    Both = 0,

    /// <summary>Bands of neighbouring columns.</summary>
    Columns = 1,

    /// <summary>Bands of neighbouring rows.</summary>
    Rows = 2,
}
