internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Posture

/// What asks servers questions: from the network that this program is in, or from another.
protocol Asker: Sendable {
    associatedtype Failure: Error

    /// The question with its answer, or why there was none.
    ///
    /// - Throws: why it could not even be asked.
    func answer(to question: Probe) async throws(Failure) -> Probe
}

extension Probe {
    /// How many bytes of an answer's body are kept.
    var keptBytes: Int { CollectionPlan.keptBytes(of: self) }

    /// Where something that listens everywhere is reached from the network that it is in.
    var ownAddress: String {
        switch address {
        case "0.0.0.0", "::": "127.0.0.1"
        default: address
        }
    }

    /// The headers that are sent, but for `Host`.
    var requestHeaders: HTTPHeaders {
        var headers: HTTPHeaders = ["user-agent": "tidewaiter-audit", "connection": "close"]
        for (name, value) in sent.sorted(by: { $0.key < $1.key }) { headers.replaceOrAdd(name: name, value: value) }
        if port == 0 { headers.add(name: "host", value: "localhost") }
        if requestBody != nil { headers.add(name: "content-type", value: "application/json") }
        return headers
    }

    var requestBody: String? { CollectionPlan.body(of: self) }

    /// Keeps an answer's beginning.
    mutating func take(status: HTTPResponseStatus, headers: HTTPHeaders) {
        self.status = Int(status.code)
        for header in headers.prefix(64) {
            self.headers[header.name.lowercased()] = String(header.value.prefix(1_024))
        }
    }

    /// Keeps why there was no answer.
    mutating func take(failure error: any Error) {
        failure =
            switch error {
            case let error as HTTPClientError: error.shortDescription
            case let error as NIOConnectionError:
                error.connectionErrors.first.map { "\($0.error)" } ?? "no connection"
            default: String("\(error)".prefix(300))
            }
    }
}
