// Package flow runs a graph whose nodes stay: one goroutine for each instance of
// a vertex, bounded edges between them, events handed over in payloads.
//
// What holds:
//   - An edge keeps the order of its payloads. Watermarks, barriers and the end
//     travel on it behind the events they speak of.
//   - An edge lends its producer credit, in events and bytes. A producer
//     without credit waits, so a slow instance stalls what feeds it and nobody
//     else; it goes on when the edge is half empty, not at once.
//   - Payloads grow while the consumer is busy and leave at once when it is
//     not: what an instance has for a consumer with nothing to do goes out
//     after each step, and everything goes out before the instance waits.
//   - A barrier reaches an instance when it has arrived on all inputs; aligned,
//     an input that has delivered it is held back until then.
//   - An instance that fails or panics ends the job, with its name.
//   - An instance belongs to one goroutine, for its Tenure. One that hangs in a call
//     of the user's can lose it there; then it does nothing more to the flow, and
//     another goroutine goes on behind what it was at.
//
// An instance is a machine of small steps that never wait, except in a source's
// Poll and for credit. Flow.Run drives each by a goroutine of its own;
// Flow.Simulate steps them one at a time in an order drawn from a seed, on a
// clock of its own, so that tests can try every order.
package flow
