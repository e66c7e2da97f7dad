internal import ArgumentParser
internal import Deployments
internal import Dialects
internal import Foundation
internal import Intake
internal import Judge
internal import PodSecurity
internal import Sigma
internal import Signals

/// `tidewaiter scan`: who deployed what, by which route, and what is wrong with it.
struct ScanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Read logs, requests and manifests, and say which deployments are dangerous.",
        discussion: """
            Reads files, folders, globs and standard input (-), plain, gzip or zstd, in constant memory. The format is \
            told from each file's content.

            Examples:
              tidewaiter scan /var/log/kubernetes/
              tidewaiter scan --deployments --namespace payments --since 7d audit.log
              journalctl -u docker -o json | tidewaiter scan -
              docker events --since 24h --until 0s --format json | tidewaiter scan -
              tidewaiter scan --fail-on high --format sarif deploy/ > findings.sarif
              tidewaiter scan --pod-security restricted:v1.24 deploy/

            Exit status: 0 when all was read, 1 for wrong usage or a file that cannot be read, 3 when --fail-on found \
            something (also when a file could not be read). With --pod-security 3 when any pod violates the policy, \
            1 when something in the manifests could not be judged.
            """
    )

    /// How findings are told.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json, sarif, navigator
    }

    @Argument(help: "Files, folders or globs; - for standard input.", completion: .file())
    var paths: [String] = []

    @Option(name: .shortAndLong, help: "The format of every file; told from its content otherwise.")
    var input: InputFormat?

    @Option(
        help: ArgumentHelp(
            """
            The format of access logs, as the server's own format string behind its name (nginx:, haproxy:, envoy:, \
            traefik:, apache:) or a name: combined, common, httplog, clf, istio, json. Told from each line otherwise.
            """,
            valueName: "format"
        ),
        transform: { try AccessLogFormat(parsing: $0) }
    )
    var accessLogFormat: AccessLogFormat?

    @Option(name: .shortAndLong, help: "How findings are told.")
    var format: Format = .table

    @Flag(help: "Tell every deployment, flagged or not.")
    var deployments = false

    @Option(help: "Only findings at this level or above.")
    var level: Level?

    @Option(
        help: ArgumentHelp("Only these rules, by id or by a part of the title; can be repeated.", valueName: "rule")
    )
    var rule: [String] = []

    @Option(help: "Also rules from this file or folder; can be repeated.", completion: .directory)
    var rules: [String] = []

    @Flag(help: "Leave the built-in rules out.")
    var noBuiltInRules = false

    @Option(help: ArgumentHelp("Leave out rules with this tag; can be repeated.", valueName: "tag"))
    var withoutTag: [String] = []

    @Option(help: "Only from this time on: RFC 3339, a day, or 90m, 24h, 7d ago.")
    var since: String?

    @Option(help: "Only before this time; likewise.")
    var until: String?

    @Option(help: "Only this namespace; can be repeated.")
    var namespace: [String] = []

    @Option(help: "Only this route (docker-api, kubernetes-api…); can be repeated.")
    var route: [Route] = []

    @Option(help: "Exit with status 3 when there is a finding at this level or above.")
    var failOn: Level?

    @Option(
        help: ArgumentHelp(
            """
            Judge manifests by the Pod Security Standards alone: privileged, baseline or restricted, as Kubernetes \
            v1.x has it or the latest.
            """,
            valueName: "level[:version]"
        ),
        transform: { try PodSecurityPolicy(parsing: $0) }
    )
    var podSecurity: PodSecurityPolicy?

    @Option(help: ArgumentHelp("Records longer than this are told, not read.", valueName: "bytes"))
    var maxRecordBytes = 16 << 20

    @Flag(
        help: "Add the raw record, up to 64 KiB of it, to each finding as event.original; secrets in it are not masked."
    )
    var withOriginal = false

    @Flag(help: "Tell every record that cannot be read, not only the first 20 of a file.")
    var allProblems = false

    @Option(help: "When to use colour; NO_COLOR is respected.")
    var color: Terminal.ColorChoice = .auto

    @Flag(name: .shortAndLong, help: "No summary and no progress bar.")
    var quiet = false

    func validate() throws {
        guard !paths.isEmpty else {
            throw ValidationError("name a file or a folder to read, or - for standard input")
        }
        guard (1_024...(1 << 30)).contains(maxRecordBytes) else {
            throw ValidationError("--max-record-bytes must be between 1024 and 1073741824")
        }
        if let input, input != .accessLog, accessLogFormat != nil {
            throw ValidationError("--access-log-format is of access logs alone: leave out --input \(input.rawValue)")
        }
        if podSecurity != nil {
            guard rule.isEmpty, rules.isEmpty, withoutTag.isEmpty, level == nil, failOn == nil, !noBuiltInRules else {
                throw ValidationError(
                    "--pod-security judges by its policy alone: leave out --rule, --rules, --no-built-in-rules, "
                        + "--without-tag, --level and --fail-on"
                )
            }
        }
        _ = try bound(since, "--since")
        _ = try bound(until, "--until")
    }

    func run() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let (output, errors) = (Output(.standardOutput), Output(.standardError))
        let bench = podSecurity == nil ? try compiledRules(errors) : try Judge.Bench(RuleLibrary())
        let files = LogPaths.expand(paths)
        var scan = ScanRun(
            try settings(),
            judge: Judge(bench),
            correlator: bench.correlations.map { Correlator($0) },
            rawSources: bench.judged(of: Set(RawSource.allCases)),
            reporter: reporter(output),
            problems: ProblemLog(on: errors, limit: allProblems ? .max : 20),
            progress: ProgressBar(on: errors, total: totalBytes(of: files), isEnabled: !quiet)
        )
        scan.scan(files, named: Set(paths))
        if !quiet {
            let summary = ScanSummary(
                tally: scan.tally,
                bench: bench,
                policy: podSecurity,
                correlator: scan.correlator,
                elapsed: clock.now - start
            ).text
            // A machine's output holds nothing but its lines.
            (format == .table ? output : errors).finish(
                with: (format == .table ? "\n" : "") + VisibleText.escape(lines: summary)
            )
        }
        if let failure = output.failure {
            throw CommandError("standard output could not be written, so findings are missing: \(failure)")
        }
        if let failOn = podSecurity == nil ? failOn : .informational, scan.tally.hasFindings(atLeast: failOn) {
            throw ExitStatus.findings
        }
        if scan.tally.failures > 0 { throw ExitStatus.failure }
        // What was not judged was not found to be allowed.
        if podSecurity != nil, scan.tally.problems > 0 { throw ExitStatus.failure }
    }

    private func compiledRules(_ errors: Output) throws -> Judge.Bench {
        let library = try Composition.rules(at: rules, withBuiltIn: !noBuiltInRules)
        // An exception that excuses nothing, or everything, is found out here or after an incident.
        for remark in library.diagnostics.filter({ $0.severity == .warning }) + library.idleFilters() {
            errors.writeLine(VisibleText.escape("tidewaiter: \(remark)"))
        }
        errors.flush()
        var isAnyWanted = false
        func isWanted(_ title: String, _ id: String?, _ itsLevel: Level?, _ tags: [String]) -> Bool {
            if let level, (itsLevel ?? .medium) < level { return false }
            if tags.contains(where: withoutTag.contains) { return false }
            let name = RuleName(id: id, title: title)
            guard rule.isEmpty || rule.contains(where: name.isMeant) else { return false }
            isAnyWanted = true
            return true
        }
        let wanted = library.filtered {
            isWanted($0.title, $0.id, $0.level, $0.tags)
        } correlations: {
            isWanted($0.title, $0.id, $0.level, $0.tags)
        }
        if !rule.isEmpty, !isAnyWanted {
            throw ValidationError(
                "no rule is meant by \(rule.joined(separator: ", ")); tidewaiter rules list shows all"
            )
        }
        return try Judge.Bench(correlating: wanted)
    }

    private func settings() throws -> ScanRun.Settings {
        ScanRun.Settings(
            format: input ?? (accessLogFormat == nil ? nil : .accessLog),
            accessLogFormat: accessLogFormat,
            maximumRecordBytes: maxRecordBytes,
            filter: DeploymentFilter(
                since: try bound(since, "--since"),
                until: try bound(until, "--until"),
                namespaces: Set(namespace),
                routes: Set(route)
            ),
            keepsOriginal: withOriginal,
            podSecurity: podSecurity.map(PodSecurityJudge.init)
        )
    }

    private func reporter(_ output: Output) -> any ScanReporter {
        switch format {
        case .table:
            let terminal = Terminal(output, color: color, environment: ProcessInfo.processInfo.environment)
            let table = FindingsTable(isColored: terminal.isColored, width: terminal.width)
            return TableReporter(output: output, table: table, showsAll: deployments)
        case .json: return ECSReporter(output: output, showsAll: deployments)
        case .sarif: return SARIFReporter(output: output)
        case .navigator: return NavigatorReporter(output: output)
        }
    }

    private func bound(_ text: String?, _ option: String) throws -> Timestamp? {
        guard let text else { return nil }
        let now = Timestamp(microseconds: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
        guard let bound = TimeBound(text, now: now) else {
            throw ValidationError("\(option): '\(text)' is no time; write 2026-11-24T15:00:00Z, 2026-11-24, or 24h")
        }
        return bound.timestamp
    }

    /// Bytes of all files; nil when one has no size.
    private func totalBytes(of files: [LogPaths.Expansion]) -> Int? {
        var total = 0
        for case .file(let path) in files {
            guard let size = LogPaths.size(of: path) else { return nil }
            total += size
        }
        return total
    }
}

extension Rule {
    /// Whether a person who writes `text` means this rule: its id, the start of its id, or a part of its title.
    func isMeant(by text: String) -> Bool { RuleName(id: id, title: title).isMeant(by: text) }
}

extension Correlation {
    /// The same of a correlation.
    func isMeant(by text: String) -> Bool { RuleName(id: id, title: title).isMeant(by: text) }
}

/// What a rule or a correlation is called.
private struct RuleName {
    var id: String?
    var title: String

    func isMeant(by text: String) -> Bool {
        if let id, id == text || (text.utf8.count >= 6 && id.hasPrefix(text.lowercased())) { return true }
        return title.lowercased().contains(text.lowercased())
    }
}
