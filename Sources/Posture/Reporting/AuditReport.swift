package import Sigma

/// What all checks found, held against what the owners accept and against an earlier report.
package struct AuditReport: Sendable {
    /// A check and its answers.
    package struct Entry: Sendable {
        package var check: Check
        package var results: [JudgedResult]
        /// What would have it pass.
        package var fixes: [Fix]

        /// The worst of its answers.
        package var outcome: CheckResult.Outcome { results.map(\.outcome).max { $0.gravity < $1.gravity } ?? .unknown }
    }

    /// An answer, and what the owners say to it.
    package struct JudgedResult: Sendable {
        package var result: CheckResult
        /// Why it is accepted; nil where it is not.
        package var exception: AuditException?
        /// Whether the earlier report did not have it; nil without one.
        package var isNew: Bool?

        /// What it counts as: what is accepted counts as passed.
        package var outcome: CheckResult.Outcome {
            exception != nil && (result.outcome == .fail || result.outcome == .warn) ? .pass : result.outcome
        }

        /// Whether something has to be done.
        package var isFailing: Bool { outcome == .fail }
    }

    package var entries: [Entry]
    /// The host's name, where one was looked at.
    package var host: String?
    /// The API server's address, where a cluster was looked at.
    package var cluster: String?
    /// When the evidence was collected, in seconds since 1970.
    package var time: Double
    /// What the earlier report found that is not found any more.
    package var gone: [AuditBaseline.Key] = []
    /// Exceptions that did not apply, in words: expired ones, and those of nothing.
    package var remarks: [String] = []

    /// Asks all checks.
    ///
    /// - Parameters:
    ///   - time: seconds since 1970: exceptions end by it.
    ///   - progress: called before each check with how many are done.
    package init(
        of evidence: Evidence,
        by checks: [Check] = Check.all,
        at time: Double,
        exceptions: AuditExceptions = AuditExceptions(),
        baseline: AuditBaseline? = nil,
        progress: (Int) -> Void = { _ in }
    ) {
        self.time = time
        host = evidence.host.value?.name
        cluster = evidence.cluster.value?.server
        var exceptions = exceptions.judging(at: time)
        entries = checks.enumerated().map { index, check in
            progress(index)
            let results = check.results(on: evidence)
            let judged = results.map { result in
                JudgedResult(
                    result: result,
                    exception: exceptions.exception(for: result, of: check),
                    isNew: baseline.map { !$0.holds(result, of: check) }
                )
            }
            let fixes = judged.contains { $0.outcome == .fail || $0.outcome == .warn } ? check.fixes(on: evidence) : []
            return Entry(check: check, results: judged, fixes: fixes)
        }
        remarks = exceptions.remarks
        gone = baseline?.missing(from: self) ?? []
    }

    /// The worst level at which something fails; nil where nothing does.
    package func worstFailure(newOnly: Bool = false) -> Level? {
        entries.filter { entry in entry.results.contains { $0.isFailing && (!newOnly || $0.isNew != false) } }
            .map(\.check.level).max()
    }

    /// How many checks came out how.
    package func count(_ outcome: CheckResult.Outcome) -> Int { entries.filter { $0.outcome == outcome }.count }
}

extension CheckResult.Outcome {
    /// How bad it is for a check to have it among its answers.
    var gravity: Int {
        switch self {
        case .notApplicable: 0
        case .pass: 1
        case .warn: 2
        case .unknown: 3
        case .fail: 4
        }
    }
}
