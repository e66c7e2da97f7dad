package import Deployments
package import JSON

/// One system's way of writing down deployments, as a pure state machine: raw records go in, deployments come out.
///
/// State is bounded and only ever joins what belongs together (a request line and its body, a create and its start, a
/// pod and its owner). Nothing here opens a file or knows a rule.
package protocol Dialect {
    /// Reads one raw record and appends what it says to `reading`.
    mutating func read(_ record: RawRecord, into reading: inout Reading)

    /// Says that the source has ended: appends what was held back for a partner that never came.
    mutating func finish(into reading: inout Reading)

    /// Whether something is held back for a partner that may come.
    var isHolding: Bool { get }

    /// Says that time has gone on: appends what has been held back since before the call before this one.
    ///
    /// For a source that is followed live and may stay silent: called about every second while something is held back.
    mutating func passTime(into reading: inout Reading)
}

extension Dialect {
    package var isHolding: Bool { false }

    package mutating func passTime(into reading: inout Reading) {}
}

/// One raw record, as intake framed it: a line, a journal entry, a document.
///
/// Lent for the call.
@safe
package struct RawRecord {
    /// The bytes, without the line end; ``JSONParser/padding`` readable bytes follow them.
    package let bytes: UnsafeRawBufferPointer
    /// Where it stands.
    package let position: ContainerDeployment.LogPosition
    /// What intake already knows to be wrong (``RecordDefect/oversized``, ``RecordDefect/truncated``).
    package let defects: Set<RecordDefect>

    package init(
        bytes: UnsafeRawBufferPointer,
        position: ContainerDeployment.LogPosition,
        defects: Set<RecordDefect> = []
    ) {
        unsafe self.bytes = bytes
        self.position = position
        self.defects = defects
    }
}

/// What a dialect has read, drained by its caller after each record.
package struct Reading {
    /// Deployments read, in order.
    package var deployments: [ContainerDeployment] = []
    /// Pods read in their typed form, in order, by dialects that were asked for it.
    package var pods: [DeployedPod] = []
    /// Records that could not be read, or not wholly.
    package var problems: [ReadingProblem] = []
    /// Called with each raw event for rules on raw records, when there are any.
    package var onRawEvent: ((RawLogSource, JSONValue, ContainerDeployment.LogPosition) -> Void)?
    /// The raw logs that those rules ask for: an event that has to be made is made for these alone.
    package var rawLogs = Set(RawLogSource.allCases)
    /// Made when the first request is handed over.
    private var webRequests: WebRequestEvents?

    package init() {}

    /// Hands a request over to rules on raw records, where there are any on requests.
    mutating func tell(_ request: @autoclosure () -> WebRequest?, at position: ContainerDeployment.LogPosition) {
        guard let onRawEvent, rawLogs.contains(.webServer) || rawLogs.contains(.proxy), let request = request() else {
            return
        }
        let events = webRequests ?? WebRequestEvents()
        webRequests = events
        events.tell(request, of: rawLogs, at: position, onRawEvent)
    }

    /// Whether there is nothing to drain.
    package var isEmpty: Bool { deployments.isEmpty && pods.isEmpty && problems.isEmpty }

    /// Lets go of what was drained.
    package mutating func removeAll() {
        deployments.removeAll(keepingCapacity: true)
        pods.removeAll(keepingCapacity: true)
        problems.removeAll(keepingCapacity: true)
    }
}

/// A pod, or the template of one, in its typed form, and the object that deploys it.
package struct DeployedPod: Sendable {
    /// The deployment without any container: which object it is, and where it stands.
    package var deployment: ContainerDeployment
    package var pod: Pod

    package init(deployment: ContainerDeployment, pod: Pod) {
        self.deployment = deployment
        self.pod = pod
    }
}

/// The log sources of rules on raw records (Sigma `logsource`).
package enum RawLogSource: Sendable, Hashable, CaseIterable {
    /// `product: kubernetes, service: audit`.
    case kubernetesAudit
    /// `product: docker, service: daemon`.
    case dockerDaemon
    /// `product: docker, service: events`.
    case dockerEvents
    /// `category: webserver`.
    case webServer
    /// `category: proxy`: the same requests, under the names that Sigma has for proxies' logs.
    case proxy
}

/// A record that could not be read, or not wholly: counted, told at the end, and costing only itself.
package struct ReadingProblem: Sendable, Equatable {
    /// Where the record starts.
    package var position: ContainerDeployment.LogPosition
    /// What is wrong and what to do, as a sentence part (`the line is no JSON (byte 17)`).
    package var message: String

    package init(at position: ContainerDeployment.LogPosition, _ message: String) {
        self.position = position
        self.message = message
    }
}
