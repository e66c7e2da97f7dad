import Foundation
import Testing

@Suite struct RulesCommandTests {
    @Test func `help, version and completions are answers, not errors`() throws {
        for arguments in [["--help"], ["scan", "--help"], ["--version"], ["--generate-completion-script", "bash"]] {
            let result = try Binary.run(arguments)
            #expect(result.status == 0, "\(arguments)")
            #expect(!result.output.isEmpty && result.errors.isEmpty, "\(arguments)")
        }
    }

    @Test func `an unknown command is wrong usage`() throws {
        let result = try Binary.run(["scna"])
        #expect(result.status == 1)
        #expect(result.output.isEmpty)
    }

    @Test func `lint names file, line and column, and fails on errors alone`() throws {
        let folder = try Folder()
        let good = try folder.write(Sample.rule, as: "good.yml")
        #expect(try Binary.run(["rules", "lint", good]).status == 0)
        let bad = try folder.write(
            Sample.rule.replacingOccurrences(
                of: "privileged: true\n    cond",
                with: "privileged|contian: true\n    cond"
            ),
            as: "bad.yml"
        )
        let result = try Binary.run(["rules", "lint", bad])
        #expect(result.status == 1)
        #expect(result.output.contains("\(bad):9:"), "\(result.output)")
        #expect(result.output.contains("contian"))
    }

    @Test func `lint points at a field that no deployment has`() throws {
        let folder = try Folder()
        let path = try folder.write(
            Sample.rule.replacingOccurrences(of: "container.security_context.privileged", with: "deployment.host.path"),
            as: "rule.yml"
        )
        let result = try Binary.run(["rules", "lint", path])
        #expect(
            result.output.contains(
                "no deployment has a field 'deployment.host.path' (did you mean 'deployment.host.paths'?)"
            )
        )
        #expect(try Binary.run(["rules", "lint", "--strict", path]).status == 1)
    }

    @Test func `rules are held against their examples`() throws {
        let folder = try Folder()
        let good = try folder.write(Sample.rule, as: "rule.yml")
        let passed = try Binary.run(["rules", "test", good])
        #expect(passed.status == 0)
        #expect(passed.output == "2 examples of 1 rules: 2 hold, 0 fail; 0 rules have none\n")
        let bad = try folder.write(
            Sample.rule.replacingOccurrences(
                of: "event: {container.security_context.privileged: false}",
                with: "event: {container.security_context.privileged: true}"
            ),
            as: "bad.yml"
        )
        let failed = try Binary.run(["rules", "test", bad])
        #expect(failed.status == 1)
        #expect(failed.output.contains("should not match: a plain container"))
    }

    @Test func `a rule is explained by its id or a part of its title`() throws {
        let folder = try Folder()
        let path = try folder.write(Sample.rule, as: "rule.yml")
        for name in ["7d2f6a51-0d6b-4f0e-9c53-7f7f6f0a1610", "every PRIVILEGE"] {
            let result = try Binary.run(["rules", "explain", name, "--rules", path])
            #expect(result.status == 0)
            #expect(result.output.contains("ATT&CK T1610"))
            #expect(result.output.contains("container.security_context.privileged: true"))
        }
        #expect(try Binary.run(["rules", "explain", "no such rule"]).status == 1)
    }

    @Test func `every built-in rule is sound and its examples hold`() throws {
        #expect(try Binary.run(["rules", "lint", "--strict"]).status == 0)
        #expect(try Binary.run(["rules", "test"]).status == 0)
        let list = try Binary.run(["rules", "list", "--format", "json"]).objects
        #expect(list.count >= 40)
    }
}
