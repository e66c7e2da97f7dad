import Foundation
import Sigma
import Testing

@testable import Delivery

@Suite struct JSONTemplateTests {
    private static let hostile = "\"},\"x\":\"\\\n\u{0}\u{1b}\u{2028}{{ id }}" + String(repeating: "A", count: 1 << 20)

    private func object(_ template: String, _ alert: Alert) throws -> [String: Any] {
        let text = try JSONTemplate(parsing: template).text(alert, now: "now")
        return try #require(try JSONSerialization.jsonObject(with: Data(text)) as? [String: Any])
    }

    @Test func `a value is part of a string within one, and JSON of its own elsewhere`() throws {
        var alert = Alert.sample(7, .critical)
        alert.ecs = Array(#"{"rule":{"tags":["a","b"],"risk":{"score":12}},"ok":true}"#.utf8)
        let template = """
            {"text": "{{level}}: {{ title }} ({{rule.tags}})", "raw": {{ sentence }}, "tags": {{ rule.tags }},
             "score": {{ rule.risk.score }}, "none": {{ no.such }}, "gone": "{{ no.such }}", "n": {{ count }},
             "whole": {{ alert }}, "text of it": "{{ alert }}", "user": {{ user.name }}, "{{ id }}": 1}
            """
        let object = try object(template, alert)
        #expect(object["text"] as? String == "critical: Privileged container (a, b)")
        #expect(object["raw"] as? String == alert.sentence)
        #expect(object["tags"] as? [String] == ["a", "b"])
        #expect(object["score"] as? Int == 12)
        #expect(object["none"] is NSNull)
        #expect(object["gone"] as? String == "")
        #expect(object["n"] as? Int == 1)
        #expect((object["whole"] as? [String: Any])?["ok"] as? Bool == true)
        #expect((object["text of it"] as? String)?.hasPrefix("{\"rule\"") == true)
        #expect(object["user"] as? String == "alice")
        #expect(object["id-7"] as? Int == 1)
    }

    @Test func `no value can end what it stands in`() throws {
        var alert = Alert.sample(1, title: Self.hostile, sentence: Self.hostile, fields: ["user.name": Self.hostile])
        alert.id = Self.hostile
        let object = try object(
            #"{"a":"{{title}}","b":{{sentence}},"c":"\\{{user.name}}","d":{{user.name}},"e":"{{ id }}"}"#,
            alert
        )
        #expect(object.count == 5)
        #expect(object["a"] as? String == Self.hostile)
        #expect(object["b"] as? String == Self.hostile)
        #expect(object["c"] as? String == "\\" + Self.hostile)
        #expect(object["d"] as? String == Self.hostile)
        #expect(object["e"] as? String == Self.hostile)
    }

    @Test(arguments: [
        (#"{"a": {{ title }"#, "line 1: '{{' without a field and '}}' behind it"),
        ("{\n\"a\": {{ a b }}}", "line 2: '{{' without a field and '}}' behind it"),
        (#"{"a": }"#, "the template does not come out as JSON"),
        (#"{"a": x{{ title }}}"#, "the template does not come out as JSON"),
        (#"{"a": "{{ title }}}"#, "the template does not come out as JSON"),
        ("", "the template does not come out as JSON"),
    ])
    func `what would not come out as JSON is told before anything is sent`(template: String, reason: String) {
        #expect { try JSONTemplate(parsing: template) } throws: { "\($0)".hasPrefix(reason) }
    }
}
