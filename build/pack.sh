#!/usr/bin/env bash
# Builds the NuGet packages into artifacts/packages.
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf artifacts/packages
dotnet pack -c Release Microsoft.ML.Ablation.sln
ls artifacts/packages
