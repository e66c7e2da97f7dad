import Foundation
import Sigma
import Testing

@testable import Delivery

/// Messages are held against the shapes that the services publish, since the services cannot be had here.
@Suite struct ChatMessageTests {
    private static let hostile =
        "<!channel> <https://evil|x> @here *b* [x](https://evil)\n\"\\\u{0}\u{202e}"
        + String(repeating: "\"é", count: 500_000)

    private func alerts(_ count: Int, hostile: Bool) -> [Alert] {
        (1...count).map { number in
            let text = hostile ? Self.hostile : "text"
            var fields = ["user.name", "source.ip", "orchestrator.namespace", "container.name", "host.name"]
                .reduce(into: [String: String]()) { $0[$1] = text }
            fields["orchestrator.resource.type"] = "pod"
            fields["orchestrator.resource.name"] = text
            fields["container.image.name"] = text
            var alert = Alert.sample(Int64(number), .critical, title: text, sentence: text, fields: fields)
            alert.repeats = .init(count: 9, first: alert.time, ids: [])
            if hostile { alert.id = text }
            return alert
        }
    }

    /// https://docs.slack.dev/reference/block-kit/blocks.
    @Test(arguments: [1, 10], [true, false]) func `a message of Slack keeps to Block Kit`(count: Int, hostile: Bool)
        throws
    {
        let json = SlackMessage.json(alerts(count, hostile: hostile))
        let message = try #require(try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
        #expect(Set(message.keys) == ["text", "blocks"])
        let text = try #require(message["text"] as? String)
        #expect(!text.contains("<") && !text.contains(">") && text.count <= 4_000)
        let blocks = try #require(message["blocks"] as? [[String: Any]])
        #expect((1...50).contains(blocks.count))
        #expect(blocks.count == count * 4 - 1)
        func check(_ object: Any?, _ limit: Int) throws {
            let object = try #require(object as? [String: Any])
            #expect(Set(object.keys) == ["type", "text", "emoji"])
            #expect(object["type"] as? String == "plain_text")
            let text = try #require(object["text"] as? String)
            #expect((1...limit).contains(text.utf16.count))
            #expect(!text.unicodeScalars.contains { $0.value < 32 || $0.value == 0x202e })
        }
        for block in blocks {
            switch block["type"] as? String {
            case "divider": #expect(block.count == 1)
            case "header":
                #expect(Set(block.keys) == ["type", "text"])
                try check(block["text"], 150)
            case "section":
                if let fields = block["fields"] as? [Any] {
                    #expect(Set(block.keys) == ["type", "fields"] && (1...10).contains(fields.count))
                    for field in fields { try check(field, 2_000) }
                } else {
                    #expect(Set(block.keys) == ["type", "text"])
                    try check(block["text"], 3_000)
                }
            default: Issue.record("no block of ours: \(block)")
            }
        }
    }

    /// https://adaptivecards.io/explorer/ and Teams' limit of 28 KB.
    @Test(arguments: [1, 3], [true, false]) func `a message of Teams is an Adaptive Card`(count: Int, hostile: Bool)
        throws
    {
        let json = TeamsMessage.json(alerts(count, hostile: hostile))
        #expect(json.count <= 28 << 10)
        let message = try #require(try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
        #expect(Set(message.keys) == ["type", "attachments"] && message["type"] as? String == "message")
        let attachments = try #require(message["attachments"] as? [[String: Any]])
        #expect(attachments.count == 1)
        #expect(attachments[0]["contentType"] as? String == "application/vnd.microsoft.card.adaptive")
        let card = try #require(attachments[0]["content"] as? [String: Any])
        #expect(card["type"] as? String == "AdaptiveCard" && card["version"] as? String == "1.4")
        #expect(card["$schema"] as? String == "http://adaptivecards.io/schemas/adaptive-card.json")
        let body = try #require(card["body"] as? [[String: Any]])
        #expect(body.count == count)
        for container in body {
            #expect(container["type"] as? String == "Container")
            #expect(
                ["default", "emphasis", "good", "attention", "warning", "accent"].contains(
                    container["style"] as? String
                )
            )
            for item in try #require(container["items"] as? [[String: Any]]) {
                // Text blocks read Markdown; text runs do not.
                #expect(item["type"] as? String == "RichTextBlock")
                for run in try #require(item["inlines"] as? [[String: Any]]) {
                    #expect(run["type"] as? String == "TextRun")
                    #expect(Set(run.keys).isSubset(of: ["type", "text", "weight", "size"]))
                    #expect((run["text"] as? String)?.isEmpty == false)
                }
            }
        }
    }
}
