// Arguments: a model file, a binary data view file, a text file to write. Loads and transforms with plain ML.NET.
// A fourth argument is the name under which a network of the application's is registered before.
using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.FreshProcess;

if (args.Length > 3)
    AblationNetworks.Register(args[3], SmallNetwork.WithDropout);
var ml = new MLContext();
ITransformer model = ml.Model.Load(args[0], out DataViewSchema _);
IDataView report = model.Transform(ml.Data.LoadFromBinary(args[1]));
using (FileStream text = File.Create(args[2]))
    ml.Data.SaveAsText(report, text, forceDense: true);
(model as IDisposable)?.Dispose();
