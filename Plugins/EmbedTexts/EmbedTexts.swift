import Foundation
import PackagePlugin

/// Compiles text files of the repository into the target that uses them, so that the binary needs no files beside it.
@main
struct EmbedTexts: BuildToolPlugin {
    /// The files of one target, and the Swift type that holds them.
    struct Texts {
        var name: String
        var folder: String
        var contains: @Sendable (String) -> Bool
    }

    /// By target.
    private static let texts = [
        "Console": Texts(name: "WebSources", folder: "Sources/Console/Web") {
            ["mustache", "css", "js", "json", "svg"].contains(URL(fileURLWithPath: $0).pathExtension)
        },
        "Judge": Texts(name: "BuiltInRuleSources", folder: "Rules") { $0.hasSuffix(".yml") },
        "KubernetesGuard": Texts(name: "ChartSources", folder: "Deploy/helm/tidewaiter") {
            $0 == "values.yaml"
                || $0.hasPrefix("templates/") && !$0.hasPrefix("templates/watch/") && $0.hasSuffix(".yaml")
        },
    ]

    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let texts = Self.texts[target.name] else {
            throw CocoaError(.featureUnsupported, userInfo: [NSLocalizedDescriptionKey: "no texts for \(target.name)"])
        }
        let folder = context.package.directoryURL.appending(path: texts.folder)
        let output = context.pluginWorkDirectoryURL.appending(path: "\(texts.name).swift")
        let files = try files(in: folder).filter(texts.contains)
        return [
            .buildCommand(
                displayName: "Embed \(files.count) files of \(texts.folder)",
                executable: try context.tool(named: "embed-texts").url,
                arguments: [texts.name, context.package.directoryURL.path, output.path]
                    + files.map { "\(texts.folder)/\($0)" },
                inputFiles: files.map { folder.appending(path: $0) },
                outputFiles: [output]
            )
        ]
    }

    /// Every file below `folder`, as sorted relative paths, so that the same tree builds the same binary.
    private func files(in folder: URL) throws -> [String] {
        guard let paths = FileManager.default.enumerator(atPath: folder.path) else { return [] }
        return paths.compactMap { $0 as? String }.sorted()
    }
}
