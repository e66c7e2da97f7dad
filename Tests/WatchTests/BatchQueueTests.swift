import Deployments
import LiveIntake
import Testing

@testable import Watch

@Suite struct BatchQueueTests {
    private func batch(_ stream: String, bytes: Int = 1) -> LiveBatch {
        let record = LiveRecord(bytes: [UInt8](repeating: 65, count: bytes), position: .init(path: stream, offset: 0))
        return LiveBatch(stream: stream, records: [record], cursor: "1")
    }

    @Test func `a source waits until its batch is remembered`() async throws {
        let queue = BatchQueue()
        async let put: Void = queue.put(batch("a"), from: 3)
        let turn = try #require(await queue.next())
        #expect(turn.batches.map(\.source) == [3])
        #expect(turn.batches.map(\.batch.stream) == ["a"])
        turn.batches[0].isRemembered()
        try await put
    }

    @Test func `what is not remembered is told to its source`() async throws {
        let queue = BatchQueue()
        let batch = batch("a")
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                await #expect(throws: WatchError("full")) { try await queue.put(batch, from: 0) }
            }
            let turn = try #require(await queue.next())
            turn.batches[0].failed(WatchError("full"))
            try await tasks.waitForAll()
        }
    }

    @Test func `a closed queue takes nothing and lets nobody wait`() async {
        let queue = BatchQueue()
        queue.close()
        await #expect(throws: CancellationError.self) { try await queue.put(batch("a"), from: 0) }
        #expect(await queue.next() == nil)
    }

    @Test func `closing lets those go who wait`() async throws {
        let queue = BatchQueue()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for index in 0..<5 {
                tasks.addTask {
                    await #expect(throws: CancellationError.self) { try await queue.put(batch("a"), from: index) }
                }
            }
            try await Task.sleep(for: .milliseconds(20))
            queue.close()
            try await tasks.waitForAll()
        }
    }

    @Test func `a change is made between batches, and whoever waits for it learns how it went`() async throws {
        let queue = BatchQueue()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                let cursors = try await queue.make(.sources(gone: [1], new: [:]))
                #expect(cursors == [2: ["a": "7"]])
            }
            let turn = try #require(await queue.next())
            guard case .sources(gone: [1], _)? = turn.change?.change else {
                Issue.record("there is no change")
                return
            }
            #expect(turn.batches.isEmpty && !turn.isTick)
            turn.change?.isMade([2: ["a": "7"]])
            try await tasks.waitForAll()
        }
    }

    @Test func `a change that waits when nothing more is taken in is not made`() async throws {
        let queue = BatchQueue()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                await #expect(throws: CancellationError.self) {
                    _ = try await queue.make(.sources(gone: [], new: [:]))
                }
            }
            try await Task.sleep(for: .milliseconds(20))
            queue.close()
            try await tasks.waitForAll()
        }
        await #expect(throws: CancellationError.self) { _ = try await queue.make(.sources(gone: [], new: [:])) }
    }

    @Test func `time that goes on is a turn of its own`() async throws {
        let queue = BatchQueue()
        queue.tick()
        let turn = try #require(await queue.next())
        #expect(turn.isTick && turn.batches.isEmpty)
    }

    @Test func `one turn takes no more than its bound, and one batch at least`() async throws {
        let queue = BatchQueue()
        await withTaskGroup(of: Void.self) { tasks in
            for index in 0..<3 {
                tasks.addTask { try? await queue.put(batch("s", bytes: 10 << 20), from: index) }
            }
            var taken = 0
            while taken < 3, let turn = await queue.next() {
                #expect(turn.batches.count == 1)
                taken += turn.batches.count
                for one in turn.batches { one.isRemembered() }
            }
        }
    }
}
