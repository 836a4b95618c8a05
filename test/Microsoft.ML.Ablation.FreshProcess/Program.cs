// Arguments: a model file, a binary data view file, a text file to write. Loads and transforms with plain ML.NET.
using Microsoft.ML;

var ml = new MLContext();
ITransformer model = ml.Model.Load(args[0], out DataViewSchema _);
IDataView report = model.Transform(ml.Data.LoadFromBinary(args[1]));
using (FileStream text = File.Create(args[2]))
    ml.Data.SaveAsText(report, text, forceDense: true);
(model as IDisposable)?.Dispose();
