internal import Commands
internal import Foundation

Tidewaiter.prepare()
exit(await Tidewaiter.start())
