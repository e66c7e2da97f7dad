internal import Signals

/// A message of Slack's incoming webhooks, in Block Kit.
///
/// Reference: https://docs.slack.dev/reference/block-kit/blocks. Values stand in `plain_text` alone, in which no link, no
/// mention and no style can be written.
enum SlackMessage {
    /// A message has 50 blocks at most, and an alert takes up to 4.
    static let alertLimit = 10
    /// A section has 10 fields at most.
    private static let fieldLimit = 10

    static func json(_ alerts: [Alert]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { message in
            // For notifications; it is read as mrkdwn.
            message.pair("text", summary(alerts))
            message.key("blocks")
            message.array { blocks in
                for (position, alert) in alerts.prefix(alertLimit).enumerated() {
                    if position > 0 { blocks.object { $0.pair("type", "divider") } }
                    write(ChatFacts(alert), into: &blocks)
                }
            }
        }
        return writer.bytes
    }

    private static func summary(_ alerts: [Alert]) -> String {
        let first = alerts.first.map { ChatFacts($0).title } ?? ""
        let more = alerts.count > 1 ? " and \(alerts.count - 1) more" : ""
        return (first + more).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    private static func write(_ facts: ChatFacts, into blocks: inout JSONWriter) {
        blocks.object { block in
            block.pair("type", "header")
            block.key("text")
            text(facts.title, into: &block)
        }
        blocks.object { block in
            block.pair("type", "section")
            block.key("text")
            text(facts.sentence, into: &block)
        }
        blocks.object { block in
            block.pair("type", "section")
            block.key("fields")
            block.array { fields in
                for fact in facts.facts.prefix(fieldLimit) { text("\(fact.name): \(fact.value)", into: &fields) }
            }
        }
    }

    private static func text(_ text: String, into writer: inout JSONWriter) {
        writer.object { object in
            object.pair("type", "plain_text")
            object.pair("text", text)
            object.key("emoji")
            object.value(false)
        }
    }
}
