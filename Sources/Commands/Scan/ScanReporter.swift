internal import Deployments
internal import Intake
internal import Judge
internal import Signals

/// Tells what a scan finds, as it finds it.
protocol ScanReporter {
    /// A deployment and what is wrong with it, which may be nothing.
    mutating func report(_ event: DeploymentEvent, _ findings: [Finding])
    /// A finding on a raw record.
    mutating func report(_ finding: Finding)
    /// A file could not be read, or not to its end; standard error says so in any case.
    mutating func fail(_ path: String, _ reason: String)
    /// The scan has ended.
    mutating func finish()
}

extension ScanReporter {
    mutating func fail(_ path: String, _ reason: String) {}
}

/// For people.
struct TableReporter: ScanReporter {
    let output: Output
    let table: FindingsTable
    let showsAll: Bool

    mutating func report(_ event: DeploymentEvent, _ findings: [Finding]) {
        guard showsAll || !findings.isEmpty else { return }
        output.write(table.lines(event.deployment, findings))
    }

    mutating func report(_ finding: Finding) { output.write(table.line(finding)) }
    mutating func finish() { output.flush() }
}

/// Elastic Common Schema, one JSON object a line.
struct ECSReporter: ScanReporter {
    let output: Output
    let showsAll: Bool
    private var lines = ECSLines()

    init(output: Output, showsAll: Bool) {
        self.output = output
        self.showsAll = showsAll
    }

    mutating func report(_ event: DeploymentEvent, _ findings: [Finding]) {
        if showsAll { output.write(lines.line(event, rules: findings.map(\.rule.key))) }
        output.write(lines.lines(event, findings))
    }

    mutating func report(_ finding: Finding) { output.write(lines.line(finding)) }
    mutating func finish() { output.flush() }
}

/// SARIF, told at the end.
struct SARIFReporter: ScanReporter {
    let output: Output
    private var sarif = SARIFReport(version: Tidewaiter.version)

    init(output: Output) { self.output = output }

    mutating func report(_ event: DeploymentEvent, _ findings: [Finding]) {
        for finding in findings { sarif.add(finding) }
    }

    mutating func report(_ finding: Finding) { sarif.add(finding) }
    mutating func fail(_ path: String, _ reason: String) { sarif.addFailure(path, reason) }

    mutating func finish() {
        output.write(sarif.text { LineNumbers.lines(at: $1, in: $0) })
        output.flush()
    }
}

/// An ATT&CK Navigator layer, told at the end.
struct NavigatorReporter: ScanReporter {
    let output: Output
    private var layer = NavigatorLayer()

    init(output: Output) { self.output = output }

    mutating func report(_ event: DeploymentEvent, _ findings: [Finding]) {
        for finding in findings { layer.add(finding) }
    }

    mutating func report(_ finding: Finding) { layer.add(finding) }

    mutating func finish() {
        output.write(layer.text())
        output.flush()
    }
}
