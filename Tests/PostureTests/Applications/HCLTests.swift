@testable import Posture
import Testing

/// HashiCorp's language, as far as configurations need it.
@Suite struct HCLTests {
    @Test func `blocks, labels, lists and texts are read`() throws {
        let text = """
            # a comment
            data_dir = "/opt/nomad" // another
            acl { enabled = true }
            /* acl { enabled = false } */
            plugin "docker" {
              config {
                volumes { enabled = true }
                extra = [ "a", 1, 2.5, ["b"] ]
              }
            }
            server { join = { "key" = "v\\"x" } }
            server { bootstrap_expect = 3 }
            script = <<EOF
            acl { enabled = false }
            EOF
            addr = "{{ GetPrivateIP }}"
            expr = var.x + 1 # not read
            """
        let document = try Document(hcl: text)
        #expect(document["data_dir"]?.text == "/opt/nomad")
        #expect(document.at("acl", "enabled")?.bool == true)
        #expect(document.at("plugin", "docker", "config", "extra") == ["a", 1, .number(2.5), ["b"]])
        #expect(document.at("server", "join", "key")?.text == "v\"x")
        #expect(document.at("server", "bootstrap_expect")?.integer == 3)
        #expect(document["script"]?.text == "acl { enabled = false }")
        #expect(document["expr"]?.text == "var.x + 1")
    }

    @Test(arguments: ["acl {", "}", "a = [1", "a = \"x", "= 1", "a", "a = [}", String(repeating: "a {", count: 100)])
    func `what is broken is said, and nothing breaks`(_ text: String) {
        #expect(throws: DocumentError.self) { try Document(hcl: text) }
    }

    @Test func `values that are cut off do not break it`() {
        let text = "acl {\n enabled = true\n}\nx = <<E\n a \\u \"q\nE\ny = [<<A\nA\n]"
        for end in 0...text.count { _ = try? Document(hcl: String(text.prefix(end))) }
    }
}
