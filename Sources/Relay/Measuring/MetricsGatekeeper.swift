/// A listener of its own for metrics: it answers `GET /metrics` and nothing else.
package struct MetricsGatekeeper: Gatekeeper {
    private let page: MetricsPage

    package init(_ page: MetricsPage) { self.page = page }

    package func admit(_ head: RequestHead, from client: Client) -> Admission {
        guard page.isMeant(by: head) else {
            return .answer(refusal(status: 404, message: "there is no such path; metrics are at \(MetricsPage.path)"))
        }
        guard page.takes(head.method) else {
            var answer = refusal(status: 405, message: "this path takes GET, HEAD")
            answer.fields = [HeaderField("allow", "GET, HEAD")]
            return .answer(answer)
        }
        return .judge(.unread)
    }

    package func judge(_ head: RequestHead, body: [UInt8]?, from client: Client) async -> Ruling {
        .answer(await page.answer())
    }

    package func refusal(status: Int, message: String) -> Answer {
        Answer(status: status, contentType: "text/plain", body: Array("tidewaiter: \(message)\n".utf8))
    }
}
