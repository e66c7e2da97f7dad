/// What an application wrote and may write more of, and how often time has gone on since.
///
/// Times of lines are not compared: what follows is written within seconds, whatever the time that a line bears.
protocol AgingLine {
    /// Seconds, about.
    var age: Int { get set }
}

extension Array where Element: AgingLine {
    /// Says that time has gone on by about a second, and takes out what is older than so many.
    mutating func takeOlder(than patience: Int) -> [Element] {
        for index in indices { self[index].age += 1 }
        let old = filter { $0.age > patience }
        removeAll { $0.age > patience }
        return old
    }
}
