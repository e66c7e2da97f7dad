import Foundation
import Testing

/// The console as people see it: `tidewaiter watch` serves it, a browser looks at it.
@Suite(.serialized, .enabled(if: Browser.isPossible, "\(Browser.need)"), .timeLimit(.minutes(6)))
struct BrowserTests {
    @Test func `every page can be read in little contrast and a narrow window, and used by keyboard`() async throws {
        let console = try await WatchedConsole()
        #expect(try await Browser.complaints("pages", at: console) == "")
    }

    @Test func `a finding is reached, spoken of and acknowledged by keyboard alone`() async throws {
        let console = try await WatchedConsole()
        #expect(try await Browser.complaints("keyboard", at: console) == "")
    }

    @Test func `whoever acts on what somebody else has closed is told so, and undoes nothing`() async throws {
        let console = try await WatchedConsole()
        #expect(try await Browser.complaints("two-people", at: console) == "")
    }

    @Test func `an open page tells that there is something new, without being loaded again`() async throws {
        let console = try await WatchedConsole()
        let browser = try Browser.start("live", at: console)
        let isReady = try await eventually(within: 60) { browser.lines.contains("ready") || browser.hasEnded }
        #expect(isReady, "\(browser.errors)")
        try console.append(PodCreation(name: "news"))
        #expect(try await Browser.complaints(browser) == "")
    }

    @Test func `what a hostile record holds stays text`() async throws {
        let console = try await WatchedConsole()
        let ids = try await console.hostile()
        #expect(ids.count >= PodCreation.hostile.count)
        #expect(try await Browser.complaints("hostile", ids, at: console) == "")
    }

    @Test func `pages, filters and triage work where no script runs`() async throws {
        let console = try await WatchedConsole()
        #expect(try await Browser.complaints("without-script", at: console) == "")
    }
}
