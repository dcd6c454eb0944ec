// Package page shows a running job in a browser: its graph, and of each
// component and edge how it is, every second anew.
//
//	job := topology.NewJob("vehicle-count", page.At("localhost:7000"))
//
// The page is one document without anything from elsewhere, so it works offline.
// Beside it are /plan.json, the plan of the job; /status.json, its last Status;
// and /live.json, what the page reads. The server begins and ends with Run, and
// has no access control: who can reach the address can read all of it, and
// change nothing.
package page
