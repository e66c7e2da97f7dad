import Deployments
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000000Z"),
        ("2026-11-24T15:47:33.247593124Z", 1_795_535_253_247_593, "2026-11-24T15:47:33.247593Z"),
        ("2026-11-24 17:47:33.2+02:00", 1_795_535_253_200_000, "2026-11-24T15:47:33.200000Z"),
        ("2024-02-29T23:59:60Z", 1_709_251_200_000_000, "2024-03-01T00:00:00.000000Z"),
        ("1969-12-31T23:59:59.5Z", -500_000, "1969-12-31T23:59:59.500000Z"),
        ("2026-11-24T15:47:33-0530", 1_795_555_053_000_000, "2026-11-24T21:17:33.000000Z"),
    ])
    func `a time is read and written`(text: String, microseconds: Int64, written: String) {
        let time = Timestamp(rfc3339: Array(text.utf8))
        #expect(time?.microseconds == microseconds)
        #expect(time?.description == written)
    }

    @Test func `a time that no count of microseconds reaches is none`() {
        #expect(Timestamp(seconds: 1_795_535_253 as Int64)?.description == "2026-11-24T15:47:33.000000Z")
        #expect(Timestamp(seconds: Int64.max) == nil)
        #expect(Timestamp(seconds: Int64.min) == nil)
        #expect(Timestamp(seconds: 1_795_535_253.25)?.description == "2026-11-24T15:47:33.250000Z")
        #expect(Timestamp(seconds: -0.5)?.microseconds == -500_000)
        for seconds in [1e300, -1e300, .infinity, .nan, 9_223_372_036_855] as [Double] {
            #expect(Timestamp(seconds: seconds) == nil)
        }
    }

    @Test func `the first and the last time there are can be written`() {
        #expect(Timestamp(microseconds: .min).description == "-290308-12-21T19:59:05.224192Z")
        #expect(Timestamp(microseconds: .max).description == "294247-01-10T04:00:54.775807Z")
    }

    @Test(arguments: ["", "2026", "2026-13-01T00:00:00Z", "2026-11-24T25:00:00Z", "2026-11-24T15:47:33", "yesterday"])
    func `what is no time is not read`(text: String) {
        #expect(Timestamp(rfc3339: Array(text.utf8)) == nil)
    }
}
