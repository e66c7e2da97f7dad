import Foundation
import PackagePlugin

/// Compiles the rules in `Rules/` into the target that applies it, so that the binary needs no files beside it.
@main
struct EmbedTexts: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let folder = context.package.directoryURL.appending(path: "Rules")
        let output = context.pluginWorkDirectoryURL.appending(path: "BuiltInRuleSources.swift")
        let rules = try rules(in: folder)
        return [
            .buildCommand(
                displayName: "Embed \(rules.count) rules",
                executable: try context.tool(named: "embed-texts").url,
                arguments: [folder.path, output.path] + rules,
                inputFiles: rules.map { folder.appending(path: $0) },
                outputFiles: [output]
            )
        ]
    }

    /// Every rule file below `folder`, as sorted relative paths, so that the same tree builds the same binary.
    private func rules(in folder: URL) throws -> [String] {
        guard let paths = FileManager.default.enumerator(atPath: folder.path) else { return [] }
        return paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".yml") }.sorted()
    }
}
