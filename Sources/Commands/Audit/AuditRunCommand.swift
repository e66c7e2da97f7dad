#if Guard
    internal import ArgumentParser
    internal import Foundation
    internal import Posture
    internal import Sigma
    internal import Signals

    /// `tidewaiter audit run`, which `tidewaiter audit` is: asks the checks.
    struct AuditRunCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run",
            abstract: "Ask the checks of this host, a cluster or a folder of evidence (the default).",
            discussion:
                "Exit status: 0 when the audit was made, 1 when it could not be, 3 when --fail-on found something."
        )

        enum Format: String, CaseIterable, ExpressibleByArgument {
            case table, json, sarif, junit, html
        }

        @OptionGroup(title: "Where") var source: EvidenceOptions

        @Option(
            help: ArgumentHelp(
                "What is meant to be so, and what is accepted until when: YAML; see the guide.",
                valueName: "file"
            ),
            completion: .file(extensions: ["yml", "yaml"])
        )
        var policy: String?

        @Option(
            help: ArgumentHelp(
                "Tell what is new and what is gone since this report of --format json.",
                valueName: "file"
            ),
            completion: .file(extensions: ["json"])
        )
        var baseline: String?

        @Option(
            help: ArgumentHelp("Write the fixes of what fails into this folder, which is made.", valueName: "folder"),
            completion: .directory
        )
        var fixes: String?

        @Option(name: .shortAndLong, help: "How the report is told.")
        var format: Format = .table

        @Option(help: ArgumentHelp("Only these checks, by id or its beginning; can be repeated.", valueName: "id"))
        var check: [String] = []

        @Option(help: "Only checks at this level or above.")
        var level: Level?

        @Option(help: "Exit with 3 when a check at this level or above fails.")
        var failOn: Level?

        #if Watch
            @Option(
                help: ArgumentHelp(
                    "Remember what fails in the ledger of this configuration of 'watch', to be listed by 'findings'.",
                    valueName: "file"
                ),
                completion: .file(extensions: ["yml", "yaml"])
            )
            var watchConfig: String?
        #endif

        @Flag(help: "Tell what passes and what does not apply, too.")
        var all = false

        @Flag(help: "Print the cluster rights that an audit needs, as manifests, and end.")
        var rbac = false

        @Option(help: "When to use colour; NO_COLOR is respected.")
        var color: Terminal.ColorChoice = .auto

        func run() async throws {
            let output = Output(.standardOutput)
            if rbac {
                output.write(AuditAccount.manifests)
                return try output.close()
            }
            let checks = try chosen()
            let policy = try self.policy.map { try ReadPolicy($0, OwnersPolicy.read) }?.policy ?? OwnersPolicy()
            let baseline = try self.baseline.map(Self.baseline)
            let step = StepLine()
            var evidence = try await source.gathered { step.show($0) }
            step.clear()
            evidence.expectations = policy.expectations
            let report = AuditReport(
                of: evidence,
                by: checks,
                at: Date().timeIntervalSince1970,
                exceptions: AuditExceptions(policy.exceptions),
                baseline: baseline
            ) { index in if index % 8 == 0 { step.show("check \(index + 1) of \(checks.count)") } }
            step.clear()
            let terminal = Terminal(output, color: color, environment: ProcessInfo.processInfo.environment)
            tell(report, to: output, isColored: terminal.isColored)
            #if Watch
                if let watchConfig { try await remember(report, in: watchConfig) }
            #endif
            if let fixes { try write(report, to: fixes, output) }
            try output.close()
            if let failOn, let worst = report.worstFailure(newOnly: baseline != nil), worst >= failOn {
                throw ExitStatus.findings
            }
        }

        #if Watch
            private func remember(_ report: AuditReport, in configuration: String) async throws {
                let environment = ProcessInfo.processInfo.environment
                let ledger = try AuditLedger(ofConfigurationAt: configuration, environment: environment)
                let count = try await ledger.remember(report)
                Output(.standardError).finish(
                    with: "\(count) new \(count == 1 ? "finding is" : "findings are") in the ledger.\n"
                )
            }
        #endif

        private func chosen() throws -> [Check] {
            for id in check where !Check.all.contains(where: { $0.id.hasPrefix(id) }) {
                throw ValidationError("no check is called '\(id)'; 'tidewaiter audit checks' lists them")
            }
            return Check.all.filter { one in
                (check.isEmpty || check.contains(where: one.id.hasPrefix)) && level.map { one.level >= $0 } ?? true
            }
        }

        private static func baseline(_ path: String) throws -> AuditBaseline {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw CommandError("\(path): the earlier report cannot be read")
            }
            do throws(DocumentError) {
                return try AuditBaseline(json: Array(data))
            } catch {
                throw CommandError("\(path): \(error)")
            }
        }

        private func tell(_ report: AuditReport, to output: Output, isColored: Bool) {
            switch format {
            case .table:
                let table = AuditTable(isColored: isColored, tellsAll: all)
                output.write(table.text(report) + table.summary(report))
            case .json: output.write(AuditDocuments.json(report, version: Tidewaiter.version))
            case .sarif: output.write(AuditDocuments.sarif(report, version: Tidewaiter.version))
            case .junit: output.write(AuditJUnit.text(report))
            case .html: output.write(AuditHTML.text(report))
            }
        }

        private func write(_ report: AuditReport, to folder: String, _ output: Output) throws {
            let files = FileManager.default
            if let names = try? files.contentsOfDirectory(atPath: folder), !names.isEmpty {
                throw CommandError("\(folder): it is not empty; name a new folder for the fixes")
            }
            let fixes = FixFolder(report.entries).files
            for file in fixes {
                let path = URL(filePath: folder).appending(path: file.path)
                do {
                    try files.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                    try Data(file.text.utf8).write(to: path)
                } catch {
                    throw CommandError("\(path.path) cannot be written: \(error.localizedDescription)")
                }
            }
            let count = report.entries.filter { !$0.fixes.isEmpty }.count
            Output(.standardError).finish(
                with:
                    "Fixes of \(count) \(count == 1 ? "check" : "checks") are in \(folder); begin with its README.md.\n"
            )
        }
    }
#endif
