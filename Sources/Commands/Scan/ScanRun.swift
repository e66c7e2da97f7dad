internal import Deployments
internal import Dialects
internal import Intake
internal import Judge
internal import Sigma

/// Reads logs from end to end: files to records, records to deployments, deployments to findings, findings to whoever
/// tells them.
///
/// One pass, in constant memory.
struct ScanRun {
    /// How a scan is to be done.
    struct Settings {
        /// The format of every file; nil to tell it from each file's head.
        var format: InputFormat?
        /// The format of access logs; nil to tell it from each line.
        var accessLogFormat: AccessLogFormat?
        /// A longer record is not read, and told.
        var maximumRecordBytes = 16 << 20
        /// Which deployments are judged.
        var filter = DeploymentFilter()
        /// Whether findings carry their raw record.
        var keepsOriginal = false
        /// Judges pods in place of the rules, when asked for.
        var podSecurity: PodSecurityJudge?
    }

    private let settings: Settings
    private let judge: Judge
    private let rawSources: Set<RawSource>
    private let rawRecords: RawRecordJudging
    private(set) var correlator: Correlator?
    private var reporter: any ScanReporter
    private var problems: ProblemLog
    private var progress: ProgressBar
    private(set) var tally = ScanTally()
    private var bytesOfFilesDone = 0

    init(
        _ settings: Settings,
        judge: Judge,
        correlator: Correlator? = nil,
        rawSources: Set<RawSource>,
        reporter: any ScanReporter,
        problems: ProblemLog,
        progress: ProgressBar
    ) {
        self.settings = settings
        self.judge = judge
        self.correlator = correlator
        self.rawSources = rawSources
        rawRecords = RawRecordJudging(judge: judge, filter: settings.filter, keepsOriginal: settings.keepsOriginal)
        self.reporter = reporter
        self.problems = problems
        self.progress = progress
    }

    /// Scans every file; one that cannot be read costs only itself.
    mutating func scan(_ files: [LogPaths.Expansion], named: Set<String>) {
        for file in files {
            switch file {
            case .failure(let path, let reason): fail(path, reason)
            case .file(let path): scan(path, isNamed: named.contains(path))
            }
        }
        progress.clear()
        var correlated: [Finding] = []
        correlator?.finish { correlated.append($0) }
        tell(correlations: correlated)
        problems.finish()
        reporter.finish()
    }

    private mutating func scan(_ path: String, isNamed: Bool) {
        do throws(IntakeError) {
            let file = try LogFile(path: path)
            guard !FormatDetection.isUTF16(head: file.head) else {
                throw IntakeError("its text is UTF-16: make it UTF-8 first (iconv -f UTF-16 -t UTF-8)")
            }
            guard let format = try format(of: file, isNamed: isNamed) else {
                return try passOver(file, isNamed: isNamed)
            }
            tally.files += 1
            if settings.format != nil, let likely = FormatDetection.format(head: file.head), likely != format {
                progress.clear()
                problems.add(
                    path: file.path,
                    "read as \(format.rawValue), as --input says, but it looks like \(likely.rawValue)"
                )
            }
            try read(file, as: format)
            bytesOfFilesDone += file.size ?? 0
        } catch {
            fail(path, error.description)
        }
    }

    /// The format that the file is read as; nil for one that is passed over.
    private func format(of file: LogFile, isNamed: Bool) throws(IntakeError) -> InputFormat? {
        let format = settings.format ?? FormatDetection.format(head: file.head)
        guard settings.podSecurity != nil else { return format }
        // A document that is no manifest costs nothing; a manifest that is not read is a pod that nobody judged.
        guard let format else {
            return FormatDetection.isDocument(head: file.head, path: file.path) ? .kubernetesManifest : nil
        }
        if format == .kubernetesManifest { return format }
        guard isNamed else { return nil }
        throw IntakeError("Pod Security is judged on manifests, and this is \(format.rawValue)")
    }

    /// Leaves out a file of no known format.
    ///
    /// What is named is meant to be read; but a folder of manifests has other documents among them, and a shell names
    /// them all.
    private mutating func passOver(_ file: LogFile, isNamed: Bool) throws(IntakeError) {
        if FormatDetection.isBlank(head: file.head) {
            try file.forEachRecord(.lines, maximumRecordBytes: settings.maximumRecordBytes) { _ in }
            tally.files += 1
        } else if isNamed, !FormatDetection.isDocument(head: file.head, path: file.path) {
            throw IntakeError("its format is none that is known; name it with --input")
        } else {
            tally.skipped.append(file.path)
        }
    }

    private mutating func read(_ file: LogFile, as format: InputFormat) throws(IntakeError) {
        var dialect = Composition.dialect(
            for: format,
            maximumRecordBytes: settings.maximumRecordBytes,
            form: settings.podSecurity == nil ? .containers : .pods,
            accessLogFormat: settings.accessLogFormat
        )
        var reading = Reading()
        let raw = format.rawSources.intersection(rawSources)
        let rawRecords = raw.isEmpty ? nil : self.rawRecords
        if let rawRecords { reading.onRawEvent = { rawRecords.judge($0, $1, $2) } }
        reading.rawLogs = Set(raw.map(\.log))
        var count = 0
        defer {
            dialect.finish(into: &reading)
            if let rawRecords, !rawRecords.findings.isEmpty { tell(rawRecords.drain()) }
            settle(&reading, nil)
        }
        try file.forEachRecord(format.framing(head: file.head), maximumRecordBytes: settings.maximumRecordBytes) {
            lent in
            if unsafe !lent.bytes.isEmpty { tally.records += 1 }
            unsafe tally.bytes += lent.bytes.count
            let (record, nuls) = lent.withoutLeadingNULs()
            if nuls > 0 {
                let reason = "\(nuls) NUL bytes: the log was cut while it was written to, or lost by the disk"
                reading.problems.append(ReadingProblem(at: lent.position, reason))
            }
            if unsafe lent.bytes.isEmpty {
                let reason = "the list that the file is has no end: the file is cut"
                reading.problems.append(ReadingProblem(at: lent.position, reason))
            } else if let record {
                rawRecords?.begin(record)
                dialect.read(record, into: &reading)
                if let rawRecords, !rawRecords.findings.isEmpty { tell(rawRecords.drain()) }
            }
            settle(&reading, record)
            count &+= 1
            if count & 0xFF == 0 { progress.update(done: bytesOfFilesDone + file.position) }
        }
    }

    /// Judges and tells what has been read.
    private mutating func settle(_ reading: inout Reading, _ record: RawRecord?) {
        guard !reading.isEmpty else { return }
        for problem in reading.problems {
            tally.count(problem)
            progress.clear()
            problems.add(problem)
        }
        for deployment in reading.deployments where settings.filter.includes(deployment) {
            var findings: [Finding] = []
            let event = DeploymentEvent(deployment)
            judge.judge(event) { findings.append($0) }
            tell(event, correlate(findings), record)
        }
        if let podSecurity = settings.podSecurity {
            for pod in reading.pods where settings.filter.includes(pod.deployment) {
                tell(DeploymentEvent(pod.deployment), podSecurity.findings(on: pod), record)
            }
        }
        reading.removeAll()
    }

    private mutating func tell(_ event: DeploymentEvent, _ findings: [Finding], _ record: RawRecord?) {
        var event = event
        if settings.keepsOriginal, let record, record.position == event.deployment.log {
            var deployment = event.deployment
            unsafe deployment.event.original = RawRecordSummary.original(of: record.bytes)
            event = DeploymentEvent(deployment)
        }
        tally.count(event.deployment, findings)
        progress.clear()
        reporter.report(event, findings)
    }

    private mutating func tell(_ findings: [Finding]) {
        let findings = correlate(findings)
        progress.clear()
        for finding in findings {
            tally.count(rawRecord: finding)
            reporter.report(finding)
        }
    }

    /// Those that are to be told by themselves; correlations are told of the rest.
    private mutating func correlate(_ findings: [Finding]) -> [Finding] {
        guard correlator != nil else { return findings }
        var correlated: [Finding] = []
        let told = findings.filter { correlator?.take($0) { correlated.append($0) } ?? true }
        tell(correlations: correlated)
        return told
    }

    private mutating func tell(correlations findings: [Finding]) {
        for finding in findings {
            progress.clear()
            tally.count(correlation: finding)
            reporter.report(finding)
        }
    }

    private mutating func fail(_ path: String, _ reason: String) {
        let path = PathText.shown(path)
        tally.failures += 1
        progress.clear()
        problems.add(path: path, reason)
        reporter.fail(path, reason)
    }
}
