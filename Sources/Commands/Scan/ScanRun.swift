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
        /// A longer record is not read, and told.
        var maximumRecordBytes = 16 << 20
        /// Which deployments are judged.
        var filter = DeploymentFilter()
        /// Whether findings carry their raw record.
        var keepsOriginal = false
    }

    private let settings: Settings
    private let judge: Judge
    private let rawRecords: RawRecordJudging?
    private var reporter: any ScanReporter
    private var problems: ProblemLog
    private var progress: ProgressBar
    private(set) var tally = ScanTally()
    private var bytesOfFilesDone = 0

    init(
        _ settings: Settings,
        judge: Judge,
        judgesRawRecords: Bool,
        reporter: any ScanReporter,
        problems: ProblemLog,
        progress: ProgressBar
    ) {
        self.settings = settings
        self.judge = judge
        rawRecords =
            judgesRawRecords
            ? RawRecordJudging(judge: judge, filter: settings.filter, keepsOriginal: settings.keepsOriginal) : nil
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
        problems.finish()
        reporter.finish()
    }

    private mutating func scan(_ path: String, isNamed: Bool) {
        do throws(IntakeError) {
            let file = try LogFile(path: path)
            guard let format = settings.format ?? FormatDetection.format(head: file.head) else {
                if isNamed, !file.head.isEmpty {
                    fail(path, "its format is none that is known; name it with --input")
                } else if !file.head.isEmpty {
                    tally.skipped.append(path)
                }
                return
            }
            tally.files += 1
            try read(file, as: format)
            bytesOfFilesDone += file.size ?? 0
        } catch {
            fail(path, error.description)
        }
    }

    private mutating func read(_ file: LogFile, as format: InputFormat) throws(IntakeError) {
        var dialect = Composition.dialect(for: format, maximumRecordBytes: settings.maximumRecordBytes)
        var reading = Reading()
        if let rawRecords { reading.onRawEvent = { rawRecords.judge($0, $1, $2) } }
        var count = 0
        defer {
            dialect.finish(into: &reading)
            settle(&reading, nil)
        }
        try file.forEachRecord(format.framing(head: file.head), maximumRecordBytes: settings.maximumRecordBytes) {
            record in
            rawRecords?.begin(record)
            dialect.read(record, into: &reading)
            if let rawRecords, !rawRecords.findings.isEmpty { tell(rawRecords.drain()) }
            tally.records += 1
            unsafe tally.bytes += record.bytes.count
            if !reading.deployments.isEmpty || !reading.problems.isEmpty { settle(&reading, record) }
            count &+= 1
            if count & 0xFF == 0 { progress.update(done: bytesOfFilesDone + file.position) }
        }
    }

    /// Judges and tells what has been read.
    private mutating func settle(_ reading: inout Reading, _ record: RawRecord?) {
        for problem in reading.problems {
            tally.problems += 1
            progress.clear()
            problems.add(problem)
        }
        for deployment in reading.deployments where settings.filter.includes(deployment) {
            tell(deployment, record)
        }
        reading.problems.removeAll(keepingCapacity: true)
        reading.deployments.removeAll(keepingCapacity: true)
    }

    private mutating func tell(_ deployment: ContainerDeployment, _ record: RawRecord?) {
        var deployment = deployment
        if settings.keepsOriginal, let record, record.position == deployment.log {
            unsafe deployment.event.original = String(decoding: record.bytes, as: UTF8.self)
        }
        var findings: [Finding] = []
        judge.judge(deployment) { findings.append($0) }
        tally.count(deployment, findings)
        progress.clear()
        reporter.report(deployment, findings)
    }

    private mutating func tell(_ findings: [Finding]) {
        progress.clear()
        for finding in findings {
            tally.count(finding)
            reporter.report(finding)
        }
    }

    private mutating func fail(_ path: String, _ reason: String) {
        tally.failures += 1
        progress.clear()
        problems.add(path: path, reason)
    }
}
