package import Relay

/// The relay's gatekeeper before a Docker Engine API.
package struct DockerGatekeeper: Gatekeeper {
    private let judge: DockerJudge

    package init(_ judge: DockerJudge) { self.judge = judge }

    package func admit(_ head: RequestHead, from client: Client) -> Admission { .judge(.whole(limit: 4 << 20)) }

    package func judge(_ head: RequestHead, body: [UInt8]?, from client: Client) async -> Ruling {
        .answer(refusal(status: 403, message: "not yet"))
    }

    package func refusal(status: Int, message: String) -> Answer {
        Answer(status: status, body: Array(#"{"message":"\#(message)"}"#.utf8))
    }
}
