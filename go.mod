module github.com/spatestream/spate

go 1.26
