@testable import LiveIntake
import Testing

@Suite(.timeLimit(.minutes(10))) struct BacklogTests {
    @Test func `there is room for so many, and for so much`() {
        let few = Backlog<Int>(capacity: 2, maximumBytes: 100)
        #expect(few.offer(1, bytes: 1) && few.offer(2, bytes: 1) && !few.offer(3, bytes: 1))
        let little = Backlog<Int>(capacity: 10, maximumBytes: 100)
        #expect(little.offer(1, bytes: 60) && !little.offer(2, bytes: 41) && little.offer(3, bytes: 40))
        // One that is larger than all of it must not wait for ever.
        let large = Backlog<Int>(capacity: 10, maximumBytes: 100)
        #expect(large.offer(1, bytes: 1_000) && !large.offer(2, bytes: 0))
    }

    @Test func `everything comes out as it went in, whoever waits for whom`() async {
        let line = Backlog<Int>(capacity: 3, maximumBytes: .max)
        await withTaskGroup(of: [Int].self) { tasks in
            tasks.addTask {
                var all: [Int] = []
                while let some = await line.receive(most: 2) { all += some }
                return all
            }
            for number in 0..<2_000 {
                let isSent = await line.send(number, bytes: 1)
                #expect(isSent)
            }
            line.finish()
            #expect(await tasks.next() == Array(0..<2_000))
        }
    }

    @Test func `several senders wait for room, and none is forgotten`() async {
        let line = Backlog<Int>(capacity: 1, maximumBytes: .max)
        let sum = await withTaskGroup(of: Int.self) { tasks in
            for sender in 0..<8 {
                tasks.addTask {
                    for number in 0..<100 { _ = await line.send(sender * 100 + number, bytes: 1) }
                    return 0
                }
            }
            tasks.addTask {
                var all: [Int] = []
                while all.count < 800, let some = await line.receive(most: 8) { all += some }
                return Set(all).count
            }
            return await tasks.reduce(0, +)
        }
        #expect(sum == 800)
    }

    @Test func `whoever is cancelled or finds it finished waits no longer`() async {
        let line = Backlog<Int>(capacity: 1, maximumBytes: .max)
        #expect(line.offer(0, bytes: 1))
        let sender = Task { await line.send(1, bytes: 1) }
        sender.cancel()
        #expect(await sender.value == false)
        let late = Task { await line.send(2, bytes: 1) }
        line.finish()
        #expect(await late.value == false)
        #expect(await line.receive(most: 9) == [0])
        #expect(await line.receive(most: 9) == nil)
        let empty = Backlog<Int>(capacity: 1, maximumBytes: .max)
        let receiver = Task { await empty.receive(most: 1) }
        receiver.cancel()
        #expect(await receiver.value == nil)
    }

    @Test func `a value is waited for once, and a cancelled one gives none`() async {
        let value = Awaited<Int>()
        #expect(!value.isDone)
        let waiting = Task { await value.value }
        value.fulfil(7)
        value.fulfil(8)
        #expect(await waiting.value == 7)
        let never = Awaited<Int>()
        let given = Task { await never.value }
        given.cancel()
        #expect(await given.value == nil)
    }
}
