module peakmesh.io/app

go 1.26
