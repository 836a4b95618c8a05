#!/usr/bin/env bash
# Builds the NuGet packages into artifacts/packages: the libraries, the templates, and the tool for every platform. Each build has a version of its own, before the next release, because
# NuGet takes a version that it has met once from its cache for ever.
# Arguments are passed on, such as -p:Version=0.2.0 for a release, or -p:ToolPackageRuntimeIdentifiers=linux-x64 for the tool of one platform.
set -euo pipefail
cd "$(dirname "$0")/.."
version=(-p:VersionSuffix="dev-$(date -u +%Y%m%d%H%M%S)-$(git rev-parse --short HEAD 2>/dev/null || echo local)")
for argument in "$@"; do
    case "$argument" in -p:Version=* | -p:VersionSuffix=*) version=() ;; esac
done
rm -rf artifacts/packages
dotnet pack -c Release ${version[@]+"${version[@]}"} "$@" Microsoft.ML.Ablation.sln
dotnet pack -c Release -p:PackTool=true ${version[@]+"${version[@]}"} "$@" src/Microsoft.ML.Ablation.Tool
ls artifacts/packages

library=(artifacts/packages/Microsoft.ML.Ablation.TorchSharp.*.nupkg)
built="$(basename "${library[0]}" .nupkg)"
built="${built#Microsoft.ML.Ablation.TorchSharp.}"
cat <<END

Use the packages, once for this machine ('dotnet nuget remove source ablation' undoes it), then in a project:
  dotnet nuget add source "$PWD/artifacts/packages" --name ablation
  dotnet add package Microsoft.ML.Ablation.TorchSharp --version $built
The tool:
  dotnet tool update --global Microsoft.ML.Ablation.Tool --version $built --add-source "$PWD/artifacts/packages"
The templates:
  dotnet new install "$PWD/artifacts/packages/Microsoft.ML.Ablation.Templates.$built.nupkg"
END
