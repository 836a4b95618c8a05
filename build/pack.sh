#!/usr/bin/env bash
# Builds the NuGet packages into artifacts/packages: the libraries, and the tool for every platform.
# Arguments are passed on, such as -p:Version=0.2.0, or -p:ToolPackageRuntimeIdentifiers=linux-x64 for the tool of one platform.
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf artifacts/packages
dotnet pack -c Release "$@" Microsoft.ML.Ablation.sln
dotnet pack -c Release -p:PackTool=true "$@" src/Microsoft.ML.Ablation.Tool
ls artifacts/packages
