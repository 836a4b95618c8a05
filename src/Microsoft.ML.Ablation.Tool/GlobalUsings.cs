// Inside Microsoft.ML, "Command" is a namespace.
global using CliCommand = System.CommandLine.Command;
