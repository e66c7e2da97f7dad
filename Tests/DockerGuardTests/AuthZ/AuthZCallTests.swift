@testable import DockerGuard
import Foundation
import Testing

@Suite struct AuthZCallTests {
    private static func call(_ json: String) throws -> AuthZCall { try AuthZCall(Array(json.utf8)) }

    @Test func `a call tells method, target, fields, body and user`() throws {
        let call = try Self.call(
            #"""
            {"User":"alice","UserAuthNMethod":"TLS","RequestMethod":"POST","RequestUri":"/v1.41/auth?a=1\u0026b=2",
             "RequestBody":"e30=","RequestHeaders":{"Content-Type":"application/json","X-A":"1"}}
            """#
        )
        #expect(call.user == "alice" && call.authenticationMethod == "TLS")
        #expect(call.method == "POST" && call.target == "/v1.41/auth?a=1&b=2")
        #expect(call.fields == ["content-type": "application/json", "x-a": "1"])
        #expect(call.body == Array("{}".utf8))
    }

    @Test func `what is empty or null is absent`() throws {
        let call = try Self.call(
            #"{"User":"","RequestMethod":"GET","RequestUri":"/_ping","RequestBody":null,"RequestHeaders":null}"#
        )
        #expect(call.user == nil && call.body == nil && call.fields.isEmpty)
    }

    @Test(arguments: [
        ("", "the call is no JSON document"),
        ("[]", "the call is no JSON object"),
        ("{}", "the call names no method or no target"),
        (#"{"RequestMethod":"GET"}"#, "the call names no method or no target"),
        (#"{"RequestMethod":"GET","RequestUri":7}"#, "RequestUri is no text"),
        (#"{"RequestMethod":"GET","RequestUri":"/","RequestBody":"?"}"#, "the body is not in base64"),
        (#"{"RequestMethod":"GET","RequestUri":"/","RequestHeaders":[]}"#, "RequestHeaders is no object"),
        (#"{"RequestMethod":"GET","RequestUri":"/","RequestHeaders":{"A":1}}"#, "a header field is no text"),
        (
            #"{"RequestMethod":"GET","RequestUri":"/","RequestHeaders":{"A":"1","a":"2"}}"#,
            "the header field 'a' is there twice, in two spellings"
        ),
        (#"{"RequestMethod":"GET","RequestUri":"/"} {}"#, "the call is no JSON document"),
    ])
    func `what a daemon does not send is no call`(json: String, reason: String) {
        let error = #expect(throws: AuthZCallError.self) { try Self.call(json) }
        #expect(error?.description.hasPrefix(reason) == true, "\(error?.description ?? "")")
    }

    private static func body(_ method: String, _ fields: [String: String], _ body: String?) throws -> ShownBody {
        let object: [String: Any] = [
            "RequestMethod": method, "RequestUri": "/x", "RequestHeaders": fields,
            "RequestBody": body.map { Data($0.utf8).base64EncodedString() } ?? NSNull(),
        ]
        return ShownBody(try AuthZCall([UInt8](JSONSerialization.data(withJSONObject: object))))
    }

    @Test func `a body that the daemon shows is whole when its length and type say so`() throws {
        let json = ["content-type": "application/json"]
        #expect(try Self.body("POST", json, "{}") == .whole(Array("{}".utf8)))
        #expect(
            try Self.body("POST", ["Content-Type": "APPLICATION/JSON; charset=utf-8"], "{}") == .whole(Array("{}".utf8))
        )
        #expect(try Self.body("POST", json.merging(["content-length": "2"]) { $1 }, "{}") == .whole(Array("{}".utf8)))
        #expect(
            try Self.body("POST", json.merging(["content-length": "3"]) { $1 }, "{}")
                == .hidden(length: 3, reason: "the daemon passed on 2 bytes of a body of 3")
        )
        #expect(
            try Self.body("POST", ["content-type": "text/plain"], "{}")
                == .hidden(
                    length: 2,
                    reason: "Content-Type is there twice: the daemon read the body as JSON, and tells 'text/plain'"
                )
        )
    }

    @Test func `a body that the daemon does not show is none only where that is certain`() throws {
        #expect(try Self.body("POST", ["content-length": "0"], nil) == .none)
        for method in ["GET", "HEAD", "DELETE", "OPTIONS"] { #expect(try Self.body(method, [:], nil) == .none) }
        #expect(
            try Self.body("POST", [:], nil)
                == .hidden(
                    length: nil,
                    reason: "the daemon passed no body on, and no Content-Length says that there is none"
                )
        )
        #expect(
            try Self.body("POST", ["content-length": "-1"], nil)
                == .hidden(length: nil, reason: "Content-Length is '-1'")
        )
        let json = ["content-type": "application/json"]
        let lengths = [
            ("7", "which the daemon kept to itself"),
            ("1048576", "which is a mebibyte or more, and the daemon passes on shorter ones alone (CVE-2026-34040)"),
        ]
        for (length, why) in lengths {
            #expect(
                try Self.body("POST", json.merging(["content-length": length]) { $1 }, nil)
                    == .hidden(length: Int(length), reason: "the body has \(length) bytes, \(why)")
            )
        }
        #expect(
            try Self.body("PUT", ["content-length": "10"], nil)
                == .hidden(
                    length: 10,
                    reason: "the body has 10 bytes, of the type 'none', and daemons pass on JSON alone"
                )
        )
    }
}
